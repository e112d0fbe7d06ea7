import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { go } from "../conformance/vendor/projects.ts";
import { git, temporaryFolder } from "../source/git-fixture.ts";
import { run } from "../support/run-command.ts";
import { describeWithTools } from "../support/tools.ts";

/** A repository whose first commit vendors real modules, as `go mod vendor` does. */
function vendoringRepository(): string {
  const dir = temporaryFolder();
  git(dir, "init", "-q", "-b", "main");
  writeFileSync(join(dir, "go.mod"), "module example.com/m\n\ngo 1.22\n");
  writeFileSync(join(dir, "m.go"), 'package m\n\nimport _ "golang.org/x/text/language"\n');
  go(dir, ["get", "golang.org/x/text@v0.3.8"]);
  vendorAndCommit(dir);
  return dir;
}

function vendorAndCommit(dir: string): void {
  go(dir, ["mod", "tidy"]);
  go(dir, ["mod", "vendor"]);
  git(dir, "add", "-A");
  git(dir, "commit", "-qm", "vendor");
}

/** The modules are where go has left them; no proxy is asked for a zip. */
async function gate(dir: string) {
  const gomodcache = go("/", ["env", "GOMODCACHE"]).trim();
  const goproxy = `file://${gomodcache}/cache/download`;
  const { json, exitCode } = await run(
    "gate",
    { base: "HEAD~1" },
    { cwd: dir, env: { GOMODCACHE: gomodcache, GOPROXY: goproxy, GONOSUMDB: "*" } },
  );
  const findings = json.findings.filter(({ rule }: { rule: string }) => rule === "vendor-altered");
  return { findings, exitCode };
}

describeWithTools(["go"], "the gate and vendored files", () => {
  test("one flipped byte blocks, with its file", { timeout: 60_000 }, async () => {
    const dir = vendoringRepository();
    const file = "vendor/golang.org/x/text/language/language.go";
    const content = readFileSync(join(dir, file));
    content[content.length - 2]! ^= 1;
    writeFileSync(join(dir, file), content);
    git(dir, "commit", "-qam", "harmless");
    const { findings, exitCode } = await gate(dir);
    expect(findings).toMatchObject([{ file, line: 1, status: "new", blocking: true }]);
    expect(exitCode).toBe(1);
  });

  test("an update through go mod vendor is silent", { timeout: 60_000 }, async () => {
    const dir = vendoringRepository();
    go(dir, ["get", "golang.org/x/text@v0.15.0"]);
    vendorAndCommit(dir);
    expect((await gate(dir)).findings).toEqual([]);
  });

  test("an update that leaves the old files there blocks", { timeout: 60_000 }, async () => {
    const dir = vendoringRepository();
    go(dir, ["get", "golang.org/x/text@v0.15.0"]);
    go(dir, ["mod", "tidy"]);
    const list = join(dir, "vendor/modules.txt");
    writeFileSync(list, readFileSync(list, "utf8").replace("v0.3.8", "v0.15.0"));
    git(dir, "commit", "-qam", "update");
    const { findings } = await gate(dir);
    expect(findings.length).toBeGreaterThan(0);
  });
});
