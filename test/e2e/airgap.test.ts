import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { temporaryDirectory } from "../../src/base/files.ts";
import { removeTree } from "../../src/modcache/remove-tree.ts";
import { withoutNetwork } from "../support/no-network.ts";
import { run } from "../support/run-command.ts";
import { describeWithTools, requireTool } from "../support/tools.ts";

/*
 * A bundle is made with the network, and carried to a machine that has none: a network namespace of its own, with an
 * empty GOPATH, the checksum database switched on and go.sum deleted. There the real `go mod tidy` has to make the
 * same go.sum again, out of what the bundle has.
 */

const isolated = withoutNetwork();
const online = {
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  HTTPS_PROXY: process.env.HTTPS_PROXY,
  SSL_CERT_FILE: process.env.SSL_CERT_FILE,
};

/** Real programs of different age and size, as modules. */
const projects = [
  { name: "a small program (go 1.15)", module: "github.com/spf13/cobra@v1.9.1" },
  { name: "the whole graph (go 1.13)", module: "github.com/restic/restic@v0.9.6" },
  { name: "a pruned graph (go 1.23)", module: "github.com/go-task/task/v3@v3.43.3" },
];

let dir: string;
let dispose: () => Promise<void>;

beforeAll(async () => {
  ({ path: dir, dispose } = await temporaryDirectory());
});
afterAll(async () => {
  removeTree(dir);
  await dispose();
});

function go(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): string {
  return execFileSync(requireTool("go"), args, {
    cwd,
    encoding: "utf8",
    env: { ...online, GOFLAGS: "-modcacherw", GOTOOLCHAIN: "local", GOWORK: "off", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Runs `go` where there is no network. */
function goIsolated(
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): { status: number | null; output: string } {
  const [command, ...words] = [...isolated!, requireTool("go"), ...args];
  const { status, stdout, stderr } = spawnSync(command!, words, {
    cwd,
    encoding: "utf8",
    env: { PATH: process.env.PATH, GOFLAGS: "-modcacherw", GOTOOLCHAIN: "local", GOWORK: "off", ...env },
  });
  return { status, output: stdout + stderr };
}

/** The module's own files, tidied by this very `go`. */
function checkOut(module: string, to: string): void {
  const cache = join(dir, "gomodcache");
  const { Dir } = JSON.parse(go(["mod", "download", "-json", module], dir, { GOMODCACHE: cache }));
  cpSync(Dir, to, { recursive: true });
  execFileSync("chmod", ["-R", "u+w", to]);
  go(["mod", "tidy"], to, { GOMODCACHE: cache });
}

const namespace = { tool: "unshare", what: "a network namespace", isGiven: isolated !== undefined };

describeWithTools(["go", namespace], "an air gap", () => {
  test.each(projects)("$name: go mod tidy makes the same go.sum again", async ({ module }) => {
    const app = join(dir, module.replaceAll(/[^a-z0-9]/g, "-"));
    checkOut(module, app);
    const goSum = readFileSync(join(app, "go.sum"), "utf8");
    const goMod = readFileSync(join(app, "go.mod"), "utf8");

    const fresh = { ...online, GOPATH: join(app, ".gopath"), GOMODCACHE: join(dir, "gomodcache") };
    const created = await run(
      "bundle",
      { operation: "create", output: "modules.tar" },
      { cwd: app, env: fresh },
    );
    expect(created.json.error ?? created.json.refused).toEqual([]);
    expect(created.json.database).toBe("sum.golang.org");
    const lines = goSum.trim().split("\n");
    expect(created.json.records).toBe(lines.filter((line) => line.includes("/go.mod ")).length);
    expect(created.json.modules).toBe(lines.filter((line) => !line.includes("/go.mod ")).length);

    const extracted = { operation: "extract", files: "modules.tar", to: "proxy" };
    expect((await run("bundle", extracted, { cwd: app, env: {} })).exitCode).toBe(0);

    rmSync(join(app, "go.sum"));
    const gopath = join(dir, "empty-gopath");
    rmSync(gopath, { recursive: true, force: true });
    mkdirSync(gopath);
    const env = {
      HOME: join(dir, "no-home"),
      GOPATH: gopath,
      GOCACHE: join(dir, "gocache"),
      GOPROXY: `file://${join(app, "proxy")}`,
      GOSUMDB: "sum.golang.org",
      GONOSUMDB: "",
      GOENV: "off",
    };
    const tidied = goIsolated(["mod", "tidy"], app, env);
    expect(tidied).toMatchObject({ status: 0 });
    expect(readFileSync(join(app, "go.sum"), "utf8")).toBe(goSum);
    expect(readFileSync(join(app, "go.mod"), "utf8")).toBe(goMod);
    // The database was really asked: its tiles are in the module cache now.
    expect(existsSync(join(gopath, "pkg/mod/cache/download/sumdb/sum.golang.org/tile/8"))).toBe(true);
    expect(existsSync(join(gopath, "pkg/sumdb/sum.golang.org/latest"))).toBe(true);
    removeTree(gopath);
  });

  test("the bundle's GOMODCACHE builds without proxy and without network", async () => {
    const app = join(dir, "app");
    mkdirSync(app);
    writeFileSync(join(app, "go.mod"), "module example.com/app\n\ngo 1.21\n\nrequire rsc.io/quote v1.5.2\n");
    writeFileSync(
      join(app, "main.go"),
      'package main\n\nimport "rsc.io/quote"\n\nfunc main() { println(quote.Go()) }\n',
    );
    go(["mod", "tidy"], app, { GOMODCACHE: join(dir, "gomodcache") });
    const env = { ...online, GOPATH: join(app, ".gopath") };
    await run("bundle", { operation: "create", output: "modules.tar" }, { cwd: app, env });
    const extract = { operation: "extract", files: "modules.tar", to: "cache", layout: "gomodcache" };
    expect((await run("bundle", extract, { cwd: app, env: {} })).exitCode).toBe(0);
    const offline = {
      HOME: join(dir, "no-home"),
      GOPATH: join(dir, "another-gopath"),
      GOMODCACHE: join(app, "cache"),
      GOCACHE: join(dir, "gocache"),
      GOPROXY: "off",
      GOENV: "off",
    };
    expect(goIsolated(["run", "."], app, offline).output).toContain("communicating");
    expect(goIsolated(["mod", "download", "-x"], app, offline)).toMatchObject({ status: 0 });
    removeTree(join(app, "cache"));
  });
});
