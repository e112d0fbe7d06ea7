import { type Place, placeIn } from "../hits.ts";
import { importsOf, prefixesOf } from "../imports.ts";
import { keyOf, moduleGraph } from "../module-graph.ts";
import { builtAs, isPruned } from "../replaced.ts";
import type { ModuleContext, RuleHit, StateRule } from "../rule.ts";
import { joinPath } from "../tree.ts";

export const goSumMissing: StateRule = {
  id: "go-sum-missing",
  scope: "module",
  group: "go-sum",
  level: "error",
  title: "go.sum lacks the hash of a required module",
  why:
    "Builds and tests with -mod=readonly, the default, stop there, on one system or on all; until then nothing proves " +
    "what was downloaded. Hashes of the go.mod files behind the required ones are looked for where a proxy knows the " +
    "module graph; from go 1.17 on, only commands that load the whole graph (go list -m all, go mod verify) stop for " +
    "want of those.",
  fix: "run go mod tidy and commit go.sum",
  reference: "https://go.dev/ref/mod#go-sum-files",
  readsSource: true,
  async check(context) {
    const { module, repository } = context;
    // Modules of a workspace may keep their hashes in go.work.sum.
    if (repository.tree.files.has("go.work.sum")) return [];
    // Its own rule tells of it; what stands in it, or further down, is not known.
    const file = joinPath(module.dir, "go.sum");
    if (module.sums?.isGivenUp || repository.problems.some((problem) => problem.file === file)) return [];
    const lines = [...(await requiredLines(context)), ...(await graphLines(context))];
    const missing = lines
      .map((line) => ({ ...line, keys: line.keys.filter((key) => !module.sums?.entries.has(key)) }))
      .filter(({ keys }) => keys.length > 0);
    if (module.sums === undefined && missing.length > 0) return [noFile(context, missing.length)];
    return missing.map(({ keys, subject, place, level }) => ({
      subject,
      message: `go.sum has no line for ${keys.join(" and ")}`,
      ...(level === undefined ? {} : { level }),
      ...place,
    }));
  },
};

/** Lines that go.sum must have for one module, by `path version`. */
interface NeededLines {
  keys: string[];
  subject: string;
  place: Place;
  level?: "warning";
}

/**
 * Those of the modules that go.mod names: the go.mod always, the zip when a package of it is built or tested. From go
 * 1.17 on go mod tidy lists an indirect module for no other reason (modload tidyPrunedRoots); before, also to raise its
 * version.
 */
async function requiredLines({ module, repository }: ModuleContext): Promise<NeededLines[]> {
  const imports = await importsOf(repository, module);
  const used = new Set([...imports.keys()].flatMap(prefixesOf));
  const isListedForPackages = isPruned(module.goMod);
  return module.goMod.require.flatMap(({ module: required, indirect, position }) => {
    const built = builtAs(module.goMod, required);
    // A folder has no hash, and what is built from this repository is checked by git.
    if (built === undefined) return [];
    const { path, version } = built;
    const isUsed = indirect ? isListedForPackages : used.has(required.path);
    const keys = [`${path} ${version}/go.mod`, ...(isUsed ? [`${path} ${version}`] : [])];
    return [{ keys, subject: `${path}@${version}`, place: placeIn(module, position) }];
  });
}

/** Those of the go.mod files behind the required ones, which the go command reads for the module graph. */
async function graphLines({ module, facts }: ModuleContext): Promise<NeededLines[]> {
  if (facts === undefined) return [];
  const { loaded } = await moduleGraph(module, facts);
  const required = new Map(module.goMod.require.map((require) => [require.module.path, require]));
  const named = new Set(
    module.goMod.require.map((require) => keyOf(builtAs(module.goMod, require.module) ?? require.module)),
  );
  // A build of a module that names all others never looks there.
  const level = isPruned(module.goMod) ? { level: "warning" as const } : {};
  return loaded
    .filter(({ built }) => !named.has(keyOf(built)))
    .map(({ built, root }) => ({
      keys: [`${keyOf(built)}/go.mod`],
      subject: `${built.path}@${built.version}/go.mod`,
      place: placeIn(module, required.get(root)?.position),
      ...level,
    }));
}

function noFile({ module }: ModuleContext, count: number): RuleHit {
  const modules = count === 1 ? "a module" : `${count} modules`;
  return {
    subject: "go.sum",
    message: `there is no go.sum, so ${modules} that the build needs have no hash`,
    ...placeIn(module, module.goMod.require[0]?.position),
  };
}
