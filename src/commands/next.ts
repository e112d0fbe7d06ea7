import { resolve } from "node:path";
import { findNext, type NextResult } from "../policy/next.ts";
import type { Report } from "../report/report.ts";
import { openRepository } from "../source/repository.ts";
import { defineCommand } from "./command.ts";
import { formatInput, historyInput } from "./common-inputs.ts";
import { openFacts } from "./dependency-facts.ts";

const text = (name: string) => (data: Record<string, unknown>) => (data[name] as string | null) ?? undefined;

export const next = defineCommand({
  name: "next",
  description: `
Names the next version of a module that what changed since its newest tag allows, and why: patch, minor, or for an
incompatible change the next major, with the module path that it needs and the imports to rewrite. In v0 the minor
version goes up for any change of the API. The tag is named as it must be written for a nested module.`,
  inputs: [
    historyInput,
    { name: "head", type: "string", placeholder: "REV", default: "HEAD", doc: "The revision to release" },
    {
      name: "module",
      type: "string",
      placeholder: "PATH",
      doc: "The module, where the repository has several",
    },
    {
      name: "pre",
      type: "string",
      placeholder: "KIND",
      pattern: "[a-z]+",
      example: "rc",
      doc: "Name the next pre-release of this kind (rc, beta) instead of the release",
    },
    {
      name: "offline",
      type: "boolean",
      default: "false",
      doc: "Ask no module proxy whether a dependency requires a higher version of this module",
    },
    formatInput,
  ],
  outputs: [
    { name: "version", doc: "The next version, empty when none can be named", from: text("version") },
    { name: "tag", doc: "The tag that publishes it", from: text("tag") },
    { name: "bump", doc: "first, patch, minor, major, release or none", from: text("bump") },
    { name: "module", doc: "The module path that go.mod must have", from: text("module") },
  ],
  permissions: { github: ["contents: read"], gitlab: [] },
  faces: { action: {}, component: { stage: "build", rules: ["$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH"] } },
  examples: ["modwharf next", "modwharf next --module example.com/mono/sub --pre rc", "modwharf next --json"],
  run: async ({ inputs, platform, http, cwd }) => {
    const repository = await openRepository({ dir: resolve(cwd, inputs.repo), env: platform.env });
    try {
      const facts = inputs.offline ? undefined : openFacts({ platform, http });
      const { head, module, pre } = inputs;
      return nextReport(await findNext(repository, { head, modulePath: module, prerelease: pre, facts }));
    } finally {
      await repository.close();
    }
  },
});

const noTags =
  "not checked: the clone has no tags, and the remote may have some; fetch them with git fetch --tags origin " +
  "(GitHub: fetch-depth: 0 at actions/checkout; GitLab: GIT_DEPTH: 0)";

function nextReport(result: NextResult): Report {
  const { version, tag, bump, base, rewrites, modulePath, module, tagsKnown } = result;
  const unread = result.unread.map((file) => `not checked: ${file}`);
  const reasons = [...result.reasons, ...unread, ...(tagsKnown ? [] : [noTags])];
  const since = base === undefined ? "" : ` after ${base}`;
  const named = version === tag ? version : `${version} (tag ${tag})`;
  const summary =
    version === undefined
      ? `No next version: ${reasons[0]}`
      : `Next version of ${modulePath}${since}: ${named}${tagsKnown ? "" : ", if the remote has no tags either"}`;
  return {
    command: "next",
    summary,
    findings: [],
    tables: [
      { title: "Why", columns: ["Reason"], rows: reasons.map((reason) => [reason]) },
      ...(rewrites.length === 0
        ? []
        : [
            {
              title: "Imports to rewrite",
              columns: ["File", "From", "To"],
              rows: rewrites.map(({ file, line, from, to }) => [`${file}:${line}`, from, to]),
            },
          ]),
    ],
    data: {
      version: version ?? null,
      tag: tag ?? null,
      bump,
      base: base ?? null,
      module: modulePath,
      currentModule: module.path,
      goMod: module.file,
      tagsKnown,
      reasons,
      rewrites,
    },
  };
}
