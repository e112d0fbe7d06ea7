import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { temporaryDirectory } from "../../src/base/files.ts";
import { components, requiredInputs } from "../generate/component-samples.ts";
import { FAKE_TOKENS, type FakeGitLab, startFakeGitLab } from "../support/fake-gitlab.ts";
import { packageRoutes, servedFiles } from "../support/fake-gitlab-packages.ts";
import { FakeGoproxy } from "../support/fake-goproxy.ts";
import { fakeModule } from "../support/fake-module.ts";
import {
  COMPONENTS_PROJECT,
  createForge,
  type Forge,
  GITLAB_HOST,
  mergeRequestPipeline,
  runPipeline,
  tagPipeline,
} from "../support/gitlab-ci-local.ts";
import { interpolate } from "../support/gitlab-include.ts";
import { startServer } from "../support/http-fixture.ts";
import { GREET, type ScratchModule, scratchModule } from "../support/scratch-module.ts";
import { describeWithTools } from "../support/tools.ts";

/* The GitLab components, run by gitlab-ci-local on scratch repositories against a fake of GitLab's API. */

type Scratch = Awaited<ReturnType<typeof temporaryDirectory>>;

const all = await components();
let shared: Scratch;
let forge: Forge;
let scratch: Scratch;
let module: ScratchModule;

const component = (name: string) => `$CI_SERVER_FQDN/${COMPONENTS_PROJECT}/${name}@${forge.version}`;

function repositoryWith(pipeline: unknown, files: Record<string, string> = {}): void {
  module = scratchModule(join(scratch.path, "greet"), `git@${GITLAB_HOST}:acme/greet.git`, {
    ...GREET,
    ".gitlab-ci.yml": typeof pipeline === "string" ? pipeline : stringify(pipeline),
    ".gitignore": ".gitlab-ci-local/\n",
    ...files,
  });
}

const pipelineOf = (variables: Record<string, string>, ...args: string[]) =>
  runPipeline({ repository: module.dir, forge, variables, args });

describeWithTools(["rsync", "git"], "the components in a pipeline", () => {
  beforeAll(async () => {
    shared = await temporaryDirectory();
    forge = await createForge(shared.path);
  });
  afterAll(() => shared.dispose());
  beforeEach(async () => {
    scratch = await temporaryDirectory();
  });
  afterEach(() => scratch.dispose());

  describe("publish", () => {
    let gitlab: FakeGitLab;
    beforeEach(async () => {
      gitlab = await startFakeGitLab({
        routes: packageRoutes,
        projects: [{ id: 42, path: "platform/goproxy", visibility: "private" }],
      });
    });
    afterEach(() => gitlab.close());

    const onGitlab = () => ({
      CI_SERVER_URL: gitlab.url,
      CI_API_V4_URL: gitlab.apiUrl,
      CI_JOB_TOKEN: FAKE_TOKENS[0]!.value,
    });

    test("publishes on a tag into the registry project; later jobs see its outputs", async () => {
      repositoryWith({
        stages: ["release", "use"],
        include: [
          { component: component("publish"), inputs: { to: "gitlab:platform/goproxy", stage: "release" } },
        ],
        use: {
          stage: "use",
          rules: [{ if: "$CI_COMMIT_TAG" }],
          script: ['echo "got $MODWHARF_VERSION $MODWHARF_H1"'],
        },
      });
      module.tag("v1.0.0");
      const ran = await pipelineOf({ ...tagPipeline("v1.0.0"), ...onGitlab() });
      expect(ran.ok, ran.output).toBe(true);
      const files = Object.keys(servedFiles(gitlab)).map((name) => name.replace(/^.*example/, "example"));
      expect(files).toEqual(
        ["info", "mod", "zip"]
          .map((ext) => `example.com/greet/@v/v1.0.0.${ext}`)
          .concat("example.com/greet/@v/list")
          .sort(),
      );
      const receipt = JSON.parse(readFileSync(join(module.dir, "modwharf-receipt.json"), "utf8"));
      expect(ran.output).toContain(`got v1.0.0 ${receipt.modules[0].h1}`);
      expect(ran.output).not.toContain(FAKE_TOKENS[0]!.value);
      expect(gitlab.unknown).toEqual([]);
    });

    test("does nothing where its rules do not hold", async () => {
      repositoryWith({
        include: [{ component: component("publish"), inputs: { to: "gitlab:platform/goproxy" } }],
        other: { script: ["true"] },
      });
      const ran = await pipelineOf({ CI_PIPELINE_SOURCE: "push", ...onGitlab() });
      expect(ran.ok, ran.output).toBe(true);
      expect(gitlab.log).toEqual([]);
    });

    test("takes its template from the project or from any web server too", async () => {
      const server = await startServer((_request, response) =>
        response.end(readFileSync(join(shared.path, "components/templates/publish.yml"))),
      );
      try {
        const inputs = (name: string) => ({ to: `file:./${name}`, "job-name": name, "dry-run": false });
        repositoryWith({
          include: [
            {
              project: COMPONENTS_PROJECT,
              ref: forge.version,
              file: "/templates/publish.yml",
              inputs: inputs("from-project"),
            },
            { remote: `${server.url}/templates/publish.yml`, inputs: inputs("from-remote") },
          ],
        });
        module.tag("v1.0.0");
        const ran = await pipelineOf(tagPipeline("v1.0.0"));
        expect(ran.ok, ran.output).toBe(true);
        for (const name of ["from-project", "from-remote"])
          expect(existsSync(join(module.dir, name, "example.com/greet/@v/v1.0.0.zip"))).toBe(true);
      } finally {
        await server.close();
      }
    });

    test.each([
      ["a text for a boolean", { "dry-run": "yes" }, /`dry-run` input: provided value is not a boolean/],
      ["a boolean for a text", { module: true }, /`module` input: provided value is not a string/],
      ["a text for an array", { tags: "linux" }, /`tags` input: provided value is not a array/],
      ["a text that ends its quotes", { to: "x'\nevil: 1" }, /`to` input: .* does not match required regex/s],
    ])("refuses %s", async (_what, inputs, message) => {
      repositoryWith({
        include: [{ component: component("publish"), inputs: { to: "file:./r", ...inputs } }],
      });
      const ran = await pipelineOf(tagPipeline("v1.0.0"), "--list");
      expect(ran.ok).toBe(false);
      expect(ran.output).toMatch(message);
    });

    test("keeps hostile tags, titles and inputs out of the shell", async () => {
      const hostile = "v1.0.0-$(touch,pwned)`touch,pwned`;touch,pwned\"'&|";
      repositoryWith({
        include: [
          {
            component: component("publish"),
            inputs: {
              to: "file:./registry",
              "require-branch": "$CI_COMMIT_TITLE",
              receipt: "$CI_COMMIT_TAG",
            },
          },
        ],
      });
      module.tag(hostile);
      const ran = await pipelineOf({
        ...tagPipeline(hostile),
        CI_COMMIT_TITLE: '"; touch pwned; echo " $(touch pwned) `touch pwned`',
      });
      expect(ran.ok).toBe(false);
      expect(ran.output).toContain("TAG_NOT_CANONICAL");
      expect(existsSync(join(module.dir, "pwned"))).toBe(false);
    });
  });

  test("gate judges a merge request and writes GitLab's reports", async () => {
    repositoryWith({ include: [{ component: component("gate"), inputs: { offline: true } }] });
    const base = module.commit({});
    module.commit(
      { "go.mod": "module example.com/greet\n\ngo 1.21\n\nreplace example.com/x => ../x\n" },
      "A change",
    );
    const ran = await pipelineOf(mergeRequestPipeline("change", "main", base));
    expect(ran.ok).toBe(false);
    const report = JSON.parse(readFileSync(join(module.dir, "gl-code-quality-report.json"), "utf8"));
    expect(report[0]).toMatchObject({ location: { path: "go.mod", lines: { begin: 5 } } });
  });

  describeWithTools(["go"], "warm", () => {
    test("hands verified modules to a job that has Go and no network", async () => {
      const version = { path: "example.com/wharf", version: "v1.2.3" };
      const { served, h1, goModH1 } = await fakeModule(scratch.path, version, {
        "doc.go": "package wharf\n\nconst Name = 1\n",
      });
      const proxy = await FakeGoproxy.start({ files: served });
      try {
        const build = {
          extends: ".modwharf-goproxy",
          stage: "test",
          variables: { GOTOOLCHAIN: "local", GOPATH: join(scratch.path, "gopath"), GOFLAGS: "-modcacherw" },
          script: ["go build ./...", 'echo "built from $GOPROXY"'],
        };
        repositoryWith(
          { include: [{ component: component("warm"), inputs: { goproxy: proxy.url } }], build },
          {
            "go.mod": "module example.com/app\n\ngo 1.21\n\nrequire example.com/wharf v1.2.3\n",
            "go.sum": `example.com/wharf v1.2.3 ${h1}\nexample.com/wharf v1.2.3/go.mod ${goModH1}\n`,
            "greet.go": 'package main\n\nimport "example.com/wharf"\n\nfunc main() { println(wharf.Name) }\n',
            ".gitignore": ".gitlab-ci-local/\n.modwharf/\n",
          },
        );
        const cache = join(scratch.path, "gocache");
        const ran = await pipelineOf({ GONOSUMDB: "example.com", GOCACHE: cache, CI_COMMIT_BRANCH: "main" });
        expect(ran.ok, ran.output).toBe(true);
        expect(ran.output).toContain(`built from file://${module.dir}/.modwharf/cache/download,off`);
      } finally {
        await proxy.close();
      }
    });
  });

  test("the component project tests its own components, and releases the version that is stamped", async () => {
    const work = join(scratch.path, "project");
    const { git } = await import("../source/git-fixture.ts");
    git(scratch.path, "clone", "--quiet", join(shared.path, "components"), work);
    git(work, "remote", "set-url", "origin", `git@${GITLAB_HOST}:${COMPONENTS_PROJECT}.git`);
    const project = (variables: Record<string, string>, ...args: string[]) =>
      runPipeline({ repository: work, forge, variables, args });
    const ran = await project(tagPipeline(forge.version));
    expect(ran.ok, ran.output).toBe(true);
    for (const { name } of all) expect(ran.output).toMatch(new RegExp(`PASS +test-${name}\\b`));
    expect(ran.output).toMatch(/PASS +create-release/);
    const other = await project(tagPipeline("9.9.9"), "--list");
    expect(other.output).toContain("test-publish");
    expect(other.output).not.toContain("create-release");
  });

  describe("GitLab's JSON schema", () => {
    const check = async (pipeline: string) => {
      repositoryWith(pipeline);
      return pipelineOf(tagPipeline("v1.0.0"), "--list");
    };

    test.each(all)("allows the $name component as GitLab interpolates it", async (one) => {
      const ran = await check(interpolate(one.file, requiredInputs(one)));
      expect(ran.ok, ran.output).toBe(true);
    });

    test("is asked at all: a job that breaks it is refused", async () => {
      const ran = await check(stringify({ job: { script: ["true"], retry: 9 } }));
      expect(ran.ok).toBe(false);
      expect(ran.output).toContain("retry");
    });
  });
});
