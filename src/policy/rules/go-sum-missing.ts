import { builtAs } from "../dependencies.ts";
import { placeIn } from "../hits.ts";
import { importsOf } from "../imports.ts";
import type { RuleHit, StateRule } from "../rule.ts";

export const goSumMissing: StateRule = {
  id: "go-sum-missing",
  scope: "module",
  group: "go-sum",
  level: "error",
  title: "go.sum lacks the hash of a required module",
  why: "Builds with -mod=readonly, the default, stop there; until then nothing proves what was downloaded.",
  fix: "run go mod tidy and commit go.sum",
  reference: "https://go.dev/ref/mod#go-sum-files",
  async check({ module, repository }) {
    // Modules of a workspace may keep their hashes in go.work.sum.
    if (repository.tree.files.has("go.work.sum")) return [];
    const imports = await importsOf(repository, module);
    const hits: RuleHit[] = [];
    for (const { module: required, indirect, position } of module.goMod.require) {
      const built = builtAs(module.goMod, required);
      // A folder has no hash, and what is built from this repository is checked by git.
      if (built === undefined) continue;
      const { path, version } = built;
      const isUsed = !indirect && [...imports.keys()].some((name) => isProvidedBy(required.path, name));
      const needed = [`${path} ${version}/go.mod`, ...(isUsed ? [`${path} ${version}`] : [])];
      const missing = needed.filter((key) => !module.sums?.entries.has(key));
      if (missing.length === 0) continue;
      const message = `go.sum has no line for ${missing.join(" and ")}`;
      hits.push({ subject: `${path}@${version}`, message, ...placeIn(module, position) });
    }
    return hits;
  },
};

function isProvidedBy(modulePath: string, importPath: string): boolean {
  return importPath === modulePath || importPath.startsWith(`${modulePath}/`);
}
