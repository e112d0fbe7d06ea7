import { resolve } from "node:path";
import type { ApiChange } from "../api/compare.ts";
import { ApiComparisons } from "../policy/api-comparisons.ts";
import { gitTree } from "../policy/git-tree.ts";
import { unreadSources } from "../policy/go-source.ts";
import { counterpart } from "../policy/judge.ts";
import { goModError, named } from "../policy/proposal.ts";
import { type ModuleSnapshot, type RepositorySnapshot, readSnapshot } from "../policy/snapshot.ts";
import type { Finding } from "../report/report.ts";
import { openRepository } from "../source/repository.ts";
import { resolveRevision } from "../source/revision-name.ts";
import { defineCommand } from "./command.ts";
import { formatInput, historyInput } from "./common-inputs.ts";

export const apiDiff = defineCommand({
  name: "api-diff",
  description: `
Lists what changed in the exported names of the repository's modules between two revisions: removed, added and changed
declarations. Exit code 1 when users' code may stop compiling. The comparison reads source text and knows no types.`,
  inputs: [
    historyInput,
    { name: "base", type: "string", required: true, placeholder: "REV", doc: "The older revision" },
    { name: "head", type: "string", placeholder: "REV", default: "HEAD", doc: "The newer revision" },
    { name: "module", type: "string", placeholder: "PATH", doc: "Only this module" },
    formatInput,
  ],
  outputs: [
    {
      name: "incompatible",
      doc: "Number of incompatible changes",
      from: (data) => String(data.incompatible ?? 0),
    },
  ],
  permissions: { github: ["contents: read"], gitlab: [] },
  faces: {
    action: {},
    component: { stage: "test", rules: ['$CI_PIPELINE_SOURCE == "merge_request_event"'] },
  },
  examples: [
    "modwharf api-diff --base v1.2.0",
    "modwharf api-diff --base origin/main --module example.com/mod",
  ],
  run: async ({ inputs, platform, cwd }) => {
    const repository = await openRepository({ dir: resolve(cwd, inputs.repo), env: platform.env });
    try {
      const snapshotOf = async (revision: string) =>
        readSnapshot(await gitTree(repository, await resolveRevision(repository, revision)));
      const [base, head] = await Promise.all([snapshotOf(inputs.base), snapshotOf(inputs.head)]);
      refuseOneSided(base, head);
      const modules = inputs.module === undefined ? head.modules : [named(inputs.module, head)];
      const comparisons = new ApiComparisons(base, head);
      const changes = modules.map(async (module) => {
        const compared = await comparisons.of(module, counterpart(base, module));
        return compared.changes.map((change) => findingOf(change, module));
      });
      const findings = (await Promise.all(changes)).flat();
      const unread = [...unreadSources(base, head), ...(await comparisons.left())];
      const unchecked = [...unreadModules(head), ...unread];
      const incompatible = findings.filter((finding) => finding.blocking).length;
      return {
        command: "api-diff",
        summary: `${incompatible} incompatible and ${findings.length - incompatible} compatible changes`,
        findings,
        tables: [{ title: "Not checked", columns: ["Why"], rows: unchecked.map((why) => [why]) }],
        data: { base: inputs.base, head: inputs.head, incompatible, changes: findings.length, unchecked },
      };
    } finally {
      await repository.close();
    }
  },
});

/**
 * A go.mod that one side can read and the other cannot would take its module out of the comparison, which then finds
 * no change. What neither can read (a template, say) is listed.
 */
function refuseOneSided(base: RepositorySnapshot, head: RepositorySnapshot): void {
  for (const [side, other] of [
    [head, base],
    [base, head],
  ] as const) {
    const broken = side.problems.find(
      ({ kind, file }) => kind === "go-mod" && other.modules.some((module) => module.file === file),
    );
    if (broken !== undefined) throw goModError(broken);
  }
}

function unreadModules({ modules, problems }: RepositorySnapshot): string[] {
  const goMods = problems.filter(({ kind }) => kind === "go-mod");
  const unread = goMods.map(({ file, line, what }) => `${file}:${line}: ${what}`);
  return modules.length === 0 && unread.length === 0 ? ["head has no go.mod, so there is no module"] : unread;
}

function findingOf(change: ApiChange, module: ModuleSnapshot): Finding {
  const name = change.name === "" ? change.importPath : `${change.importPath}.${change.name}`;
  return {
    rule: `api-${change.kind}`,
    level: change.compatible ? "note" : "error",
    blocking: !change.compatible,
    message: `${name} ${change.what}`,
    subject: name,
    file: change.file,
    ...placeOf(change),
    module: module.path,
  };
}

/** A line of the older revision would point to something else in the newer one. */
function placeOf({ before, after, line, column }: ApiChange): Partial<Finding> {
  if (before === undefined || after !== undefined) return { line, column };
  return { detail: `Was declared at ${before.file}:${before.at.line}` };
}
