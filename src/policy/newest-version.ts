import { prereleaseOf } from "../module/version.ts";

/**
 * The version that `@latest` means for go, of a module's tagged versions in rising order: the highest release, else the
 * highest pre-release. Those +incompatible count only where the highest other one has no go.mod, since with it the
 * author has moved on to modules (cmd/go modload queryMatcher.filterVersions).
 */
export async function newestVersion(
  versions: readonly string[],
  hasGoMod: (version: string) => Promise<boolean>,
): Promise<string | undefined> {
  const compatible = versions.filter((version) => !version.endsWith("+incompatible"));
  const last = compatible.at(-1);
  const isModule = last !== undefined && compatible.length < versions.length && (await hasGoMod(last));
  const candidates = isModule ? compatible : versions;
  return candidates.findLast((version) => prereleaseOf(version) === "") ?? candidates.at(-1);
}
