import type { GoMod } from "../modfile/go-mod.ts";
import { toolchainVersion } from "../modfile/go-version.ts";

/**
 * The lowest Go release that go.mod lets a build use, as a semantic version (`v1.22.1`, `v1.23.0-rc.1`): that of the
 * toolchain line, else of the go line. Undefined before Go 1.21, where neither picks a toolchain.
 */
export function lowestToolchain({ go, toolchain }: GoMod): string | undefined {
  const named = toolchain === undefined ? "" : toolchainVersion(toolchain.name);
  const found = /^1\.(\d+)(?:\.(\d+)|rc(\d+))?$/.exec(named || (go?.version ?? ""));
  if (found === null) return undefined;
  const [, minor = "", patch = "0", candidate] = found;
  if (Number(minor) < 21) return undefined;
  return `v1.${minor}.${patch}${candidate === undefined ? "" : `-rc.${candidate}`}`;
}
