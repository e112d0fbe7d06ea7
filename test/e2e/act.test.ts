import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { temporaryDirectory } from "../../src/base/files.ts";
import { type ActRun, act } from "../support/act.ts";
import { actOnPullRequest } from "../support/act-pull-request.ts";
import { type FakeGitHub, startFakeGitHub } from "../support/fake-github.ts";
import { releaseTree } from "../support/release-tree.ts";
import { GREET, type ScratchModule, scratchModule } from "../support/scratch-module.ts";
import { describeWithTools } from "../support/tools.ts";

/* The repository's own actions, run by a real runner (act, host mode) on a scratch repository. */

let scratch: Awaited<ReturnType<typeof temporaryDirectory>>;
let module: ScratchModule;

beforeEach(async () => {
  scratch = await temporaryDirectory();
});
afterEach(() => scratch.dispose());

interface Job {
  on: string;
  remote?: string;
  steps: string;
  files?: Record<string, string>;
}

/** The start of an expression of GitHub's, which a linter takes for a forgotten template. */
const EXPRESSION = "$" + "{{ secrets.X";
const CHECKOUT = "      - uses: actions/checkout@v6\n        with: { fetch-depth: 0 }\n";

function repositoryWith({ on, remote, steps, files = {} }: Job): void {
  const workflow = `on: ${on}\njobs:\n  job:\n    runs-on: ubuntu-latest\n    steps:\n${CHECKOUT}${steps}`;
  module = scratchModule(join(scratch.path, "greet"), remote ?? "https://github.com/acme/greet.git", {
    ...GREET,
    ".github/workflows/ci.yml": workflow,
    ...files,
  });
}

function pushTag(tag: string, env: Record<string, string> = {}): Promise<ActRun> {
  module.tag(tag);
  return run("push", { ref: `refs/tags/${tag}`, repository: { default_branch: "main" } }, env);
}

function run(
  event: "push",
  payload: Record<string, unknown>,
  env: Record<string, string> = {},
): Promise<ActRun> {
  const actions = { "OWNER/modwharf@v1.0.0": releaseTree().dir };
  return act({ repository: module.dir, scratch: scratch.path, event, payload, actions, env });
}

describeWithTools(["act", "git"], "the actions on a runner", () => {
  const publish = "      - id: publish\n        uses: OWNER/modwharf/actions/publish@v1.0.0\n";

  test("publish on a tag hands its outputs to later steps and writes a summary", async () => {
    repositoryWith({
      on: "{ push: { tags: ['v*'] } }",
      steps: `${publish}        with: { to: "file:./registry", receipt: receipt.json }
      - run: |
          echo "got $VERSION $H1"
          cat registry/example.com/greet/@v/list receipt.json
        env: { H1: "\${{ steps.publish.outputs.h1 }}", VERSION: "\${{ steps.publish.outputs.version }}" }
`,
    });
    const ran = await pushTag("v1.0.0");
    expect(ran.ok, ran.log).toBe(true);
    const { publish: outputs } = ran.outputs;
    expect(outputs).toMatchObject({
      module: "example.com/greet",
      version: "v1.0.0",
      receipt: "receipt.json",
    });
    expect(outputs!["go-sum"]).toBe(
      `example.com/greet v1.0.0 ${outputs!.h1}\nexample.com/greet v1.0.0/go.mod ${outputs!["go-mod-h1"]}`,
    );
    expect(ran.output).toContain(`got v1.0.0 ${outputs!.h1}`);
    expect(ran.output).toContain("v1.0.0\n{");
    expect(ran.summaries.join("\n")).toContain("example.com/greet");
    expect(ran.annotations).toEqual([]);
  });

  test("a refused tag fails the step and annotates file and line", async () => {
    repositoryWith({ on: "push", steps: `${publish}        with: { to: "file:./registry" }\n` });
    const ran = await pushTag("v2.0.0");
    expect(ran.ok).toBe(false);
    expect(ran.annotations).toEqual([
      expect.objectContaining({ level: "error", file: "go.mod", line: "1", title: "tag-major-mismatch" }),
    ]);
    expect(ran.outputs.publish).toBeUndefined();
  });

  test("a misspelt input is refused, where the runner only warns", async () => {
    repositoryWith({
      on: "push",
      steps: `${publish}        with: { to: "file:./registry", dryrun: true }\n`,
    });
    const ran = await pushTag("v1.0.0");
    expect(ran.ok).toBe(false);
    expect(ran.annotations.map(({ message }) => message).join()).toContain("did you mean dry-run?");
  });

  test("the root action reaches the commands without an action of their own", async () => {
    repositoryWith({
      on: "push",
      steps: `      - id: zip
        uses: OWNER/modwharf@v1.0.0
        with: { command: zip, tag: v1.0.0, output: out.zip }
      - id: hash
        uses: OWNER/modwharf@v1.0.0
        with: { command: hash, file: out.zip }
      - id: check
        uses: OWNER/modwharf@v1.0.0
        with: { command: check-zip, file: out.zip, module: example.com/greet, version: v1.0.0 }
`,
    });
    const ran = await pushTag("v1.0.0");
    expect(ran.ok, ran.log).toBe(true);
    expect(ran.outputs.zip!.h1).toMatch(/^h1:/);
    expect(ran.outputs.hash!.h1).toBe(ran.outputs.zip!.h1);
  });

  describe("gate on a pull request", () => {
    const TITLE = `::error::forged\n${EXPRESSION} }} \`id\` | [x](https://evil.example) <img src=x>`;
    let github: FakeGitHub;
    beforeEach(async () => {
      github = await startFakeGitHub();
    });
    afterEach(() => github.close());

    /** A pull request from `change`, whose commit adds a line to go.mod. */
    async function pullRequest(goMod: string): Promise<ActRun> {
      repositoryWith({
        on: "pull_request",
        steps: `      - id: gate
        uses: OWNER/modwharf/actions/gate@v1.0.0
        with: { offline: true, comment: true, format: sarif=gate.sarif }
      - { if: always(), run: "test -s gate.sarif && echo sarif is there" }
`,
        remote: `https://github.com/${github.repository}.git`,
      });
      const change = { title: TITLE, branch: "$(touch pwned)", goMod };
      return await actOnPullRequest({ github, module, scratch: scratch.path, ...change });
    }

    test("annotates the line, comments once and fails", async () => {
      const ran = await pullRequest(`${GREET["go.mod"]}\nreplace example.com/x => ../x\n`);
      expect(ran.ok).toBe(false);
      expect(ran.annotations).toContainEqual(
        expect.objectContaining({ level: "error", file: "go.mod", line: "5", title: "replace-local" }),
      );
      expect(ran.outputs.gate).toMatchObject({ blocking: "1" });
      expect(ran.output).toContain("sarif is there");
      const comments = github.comments.get(7) ?? [];
      expect(comments).toHaveLength(1);
      expect(comments[0]!.body).toContain("replace-local");
      for (const { message } of ran.annotations) expect(message).not.toMatch(/^forged/);
    });

    test("is green and silent for a harmless change", async () => {
      const ran = await pullRequest(`${GREET["go.mod"]}\n// A comment.\n`);
      expect(ran.ok, ran.log).toBe(true);
      expect(ran.annotations).toEqual([]);
      expect(github.comments.get(7) ?? []).toEqual([]);
    });
  });

  describe.each([
    ["a command substitution", "$(touch pwned)"],
    ["backquotes", "`touch pwned`"],
    ["the end of a quote", `'\\"; touch pwned; '\\"`],
    ["a workflow command on a line of its own", "\\n::error::forged\\n::set-output name=h1::forged\\n"],
    ["an encoded line end", "%0A::error::forged"],
    ["an expression", `${EXPRESSION} }}`],
  ])("a module path with %s", (_what, hostile) => {
    test("stays a text", async () => {
      repositoryWith({
        on: "push",
        steps: `${publish}        with: { to: "file:./registry" }
      - { if: always(), run: "echo found; find . -name 'pwned*'; echo end" }
`,
        files: { "go.mod": `module "example.com/${hostile}"\n` },
      });
      const ran = await pushTag("v1.0.0");
      expect(ran.ok).toBe(false);
      // One, ours; act cuts a message at its last `::`, where GitHub's runner cuts at the first.
      expect(ran.annotations).toHaveLength(1);
      expect(ran.annotations[0]!.message).not.toBe("forged");
      expect(ran.output).toContain("error: MODULE_PATH: ");
      expect(ran.outputs.publish).toBeUndefined();
      expect(ran.output).toContain("found\nend\n");
    });
  });

  test("hostile tags and titles stay texts", async () => {
    repositoryWith({
      on: "push",
      steps: `${publish}        with: { to: "file:./registry", tags-at: HEAD }
      - { if: always(), run: "echo found; find . -name 'pwned*'; echo end" }
`,
    });
    const tag = "v1.0.0-$(touch,pwned)`id`;'\"&%0A__error__forged|";
    module.tag(tag);
    const title = `::error::forged\n::set-output name=h1::forged\n${EXPRESSION} }} \`id\` $(touch pwned)`;
    const ran = await run("push", { ref: `refs/tags/${tag}`, head_commit: { message: title } });
    expect(ran.ok).toBe(false);
    expect(ran.annotations.length).toBeGreaterThan(0);
    for (const { message } of ran.annotations) expect(message).not.toMatch(/^forged/);
    expect(ran.outputs.publish?.h1 ?? "").toBe("");
    expect(ran.output).toContain("found\nend\n");
  });
});
