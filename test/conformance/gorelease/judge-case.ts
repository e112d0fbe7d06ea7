import type { ApiChange } from "../../../src/api/compare.ts";
import { ModwharfError } from "../../../src/base/errors.ts";
import { compareVersions, sortVersions } from "../../../src/module/version.ts";
import { apiChanges } from "../../../src/policy/api-change.ts";
import { counterpart, judge } from "../../../src/policy/judge.ts";
import { moduleGraph } from "../../../src/policy/module-graph.ts";
import { baseVersionOf, type NextVersion, nextVersion } from "../../../src/policy/next-version.ts";
import { emptyPolicy } from "../../../src/policy/policy.ts";
import { presetLevels } from "../../../src/policy/presets.ts";
import type { ProxyFacts } from "../../../src/policy/proxy-facts.ts";
import { allRules } from "../../../src/policy/registry.ts";
import { type ModuleSnapshot, readSnapshot } from "../../../src/policy/snapshot.ts";
import { isOwnVersion } from "../../../src/policy/versions.ts";
import { memoryTree } from "../../policy/harness.ts";
import type { GoreleaseCase, ProxyModules } from "./cases.ts";

export interface Verdict {
  /** Rules that stand against the release, by id; an error code for what cannot be judged at all. */
  against: string[];
  /** Of a suggestion. */
  next: NextVersion | undefined;
  api: readonly ApiChange[];
}

export interface Surroundings {
  modules: ProxyModules;
  versions: ReadonlyMap<string, readonly string[]>;
  facts: ProxyFacts;
}

/** Judges the release of one case as `gate --version V` and `next` would, under the strict preset. */
export async function judgeGoreleaseCase(given: GoreleaseCase, surroundings: Surroundings): Promise<Verdict> {
  const { modules, versions, facts } = surroundings;
  const { params } = given;
  const dir = params.dir ?? "";
  const files = releaseFiles(given, modules);
  const head = await readSnapshot(memoryTree(asTree(files ?? new Map()), "release"));
  const module = head.modules.find((candidate) => candidate.dir === dir);
  const path = module?.path ?? params.mod ?? "";
  const published = sortVersions([...(versions.get(path) ?? [])]);
  const base =
    params.base === "none" ? undefined : (params.base ?? baseVersionOf(path, published, params.release));
  const baseFiles =
    base === undefined ? new Map<string, string>() : (modules.get(path)?.get(base) ?? new Map());
  const below =
    dir === "" ? baseFiles : new Map([...baseFiles].map(([name, text]) => [`${dir}/${name}`, text]));
  const baseSnapshot = await readSnapshot(memoryTree(asTree(below, dir), "base"));
  const before = module && counterpart(baseSnapshot, module);
  const judgement = await judge({
    base: baseSnapshot,
    head,
    rules: allRules,
    policy: { ...emptyPolicy(), levels: presetLevels("strict", allRules) },
    facts,
    advisories: undefined,
    // The case's history ends at its base, though its proxy knows later versions.
    published: new Map([[path, published.filter((version) => isBefore(version, base, params.release))]]),
    tagsKnown: true,
    today: "2026-01-01",
    proposed:
      params.release === undefined
        ? undefined
        : { version: params.release, tag: undefined, modulePath: path },
  });
  const against = judgement.findings
    // Other modules of the case's repository are none of gorelease's business.
    .filter((finding) => finding.level === "error" && [undefined, path].includes(finding.module))
    .map((finding) => finding.rule);
  if (module === undefined) return { against, next: undefined, api: [] };
  const api =
    before === undefined || before.path !== path
      ? []
      : (await apiChanges({ repository: baseSnapshot, module: before }, { repository: head, module }))
          .changes;
  const next =
    params.release === undefined
      ? await suggestion(module, { base, published, before, api, facts })
      : undefined;
  return { against, next, api };
}

/** Cases about the command line alone name a module but bring no files: then the module's first version. */
function releaseFiles({ params, files }: GoreleaseCase, modules: ProxyModules) {
  const versions = modules.get(params.mod ?? "");
  if (params.version !== undefined) return versions?.get(params.version);
  return files.size > 0 ? files : versions?.values().next().value;
}

function isBefore(version: string, base: string | undefined, release: string | undefined): boolean {
  return version === release || (base !== undefined && compareVersions(version, base) <= 0);
}

async function suggestion(
  module: ModuleSnapshot,
  context: {
    base: string | undefined;
    published: readonly string[];
    before: ModuleSnapshot | undefined;
    api: readonly ApiChange[];
    facts: ProxyFacts;
  },
): Promise<NextVersion> {
  const required = (await moduleGraph(module, context.facts)).selected.get(module.path);
  return nextVersion({
    modulePath: module.path,
    dir: module.dir,
    published: context.published,
    base: context.base,
    baseGoMod: context.before?.goMod,
    headGoMod: module.goMod,
    api: context.api,
    requiredByOthers: required !== undefined && isOwnVersion(module.path, required) ? required : undefined,
  });
}

/** A module without go.mod is what its `.mod` says, as for the go command. */
function asTree(files: ReadonlyMap<string, string>, dir = ""): Record<string, string> {
  const tree = Object.fromEntries(files);
  const prefix = dir === "" ? "" : `${dir}/`;
  const mod = tree[`${prefix}.mod`];
  if (tree[`${prefix}go.mod`] === undefined && mod !== undefined) tree[`${prefix}go.mod`] = mod;
  return tree;
}

/** What a judgement that throws says. */
export function thrownVerdict(error: unknown): Verdict {
  if (!(error instanceof ModwharfError)) throw error;
  return { against: [error.code], next: undefined, api: [] };
}
