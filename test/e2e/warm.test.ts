import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { removeTree } from "../../src/modcache/remove-tree.ts";
import { unescapePath, unescapeVersion } from "../../src/module/escape.ts";
import { hashZip } from "../../src/zip/hash.ts";
import { checkOut, go, type VendorProject } from "../conformance/vendor/projects.ts";
import { releaseTree } from "../support/release-tree.ts";
import { describeWithTools, requireTool } from "../support/tools.ts";

/*
 * Well-known projects of different kinds: a warm, then builds that have no network. All of it compared with what
 * `go mod download` leaves. MODWHARF_FULL=1 adds projects, and builds and vets the largest one whole.
 */
interface Project extends VendorProject {
  /** Has a vendor directory, which the build leaves aside (-mod=mod). */
  readonly vendored?: boolean;
  /** Built when the test is not to take long. */
  readonly packages?: readonly string[];
  readonly full?: boolean;
}

const otel = "go.opentelemetry.io/otel";

const projects: readonly Project[] = [
  { name: "cobra", shows: "small, go 1.15", modules: { ".": "github.com/spf13/cobra@v1.9.1" } },
  { name: "fzf", shows: "20 modules, go 1.20", modules: { ".": "github.com/junegunn/fzf@v0.60.0" } },
  {
    name: "kind",
    shows: "with a vendor directory",
    modules: { ".": "sigs.k8s.io/kind@v0.29.0" },
    vendored: true,
  },
  {
    name: "OpenTelemetry",
    shows: "a workspace",
    modules: {
      ".": `${otel}@v1.35.0`,
      trace: `${otel}/trace@v1.35.0`,
      metric: `${otel}/metric@v1.35.0`,
      sdk: `${otel}/sdk@v1.35.0`,
      "exporters/otlp/otlptrace": `${otel}/exporters/otlp/otlptrace@v1.35.0`,
      "exporters/otlp/otlptrace/otlptracegrpc": `${otel}/exporters/otlp/otlptrace/otlptracegrpc@v1.35.0`,
    },
    use: [".", "./sdk", "./exporters/otlp/otlptrace/otlptracegrpc"],
  },
  {
    name: "goreleaser",
    shows: "360 modules",
    modules: { ".": "github.com/goreleaser/goreleaser/v2@v2.9.0" },
    packages: ["./pkg/config", "./internal/git", "./internal/archivefiles"],
  },
  {
    name: "node_exporter",
    shows: "go 1.21",
    modules: { ".": "github.com/prometheus/node_exporter@v1.8.2" },
    full: true,
  },
  { name: "task", shows: "go 1.23", modules: { ".": "github.com/go-task/task/v3@v3.43.3" }, full: true },
];

const isFull = process.env.MODWHARF_FULL === "1";

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

function start(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Record<string, string>,
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(command, [...args], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => {
        output += chunk.toString("utf8");
      });
    child.once("close", (code) => resolve({ code, output }));
  });
}

/** The files below cache/download that make up versions. */
function versionFiles(cache: string): Set<string> {
  const root = join(cache, "cache/download");
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile() && entry.parentPath.endsWith("@v"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
  return new Set(names.filter((name) => /\.(?:info|mod|zip|ziphash)$/.test(name)));
}

describeWithTools(["go"], "a warmed cache builds real projects without a network", () => {
  describe.each(projects.filter((project) => isFull || project.full !== true))("$name: $shows", (project) => {
    const { use, vendored = false } = project;
    let work: string;
    let dir: string;
    let ours: string;
    let theirs: string;
    let common: Record<string, string>;
    let goproxy: string;
    let report: { modules: number; downloaded: number };

    const offline = () => ({
      ...common,
      GOMODCACHE: ours,
      GOPROXY: "off",
      GOFLAGS: `-modcacherw -mod=${vendored ? "mod" : "readonly"}`,
    });
    const runGo = (args: readonly string[], cwd: string, env: Record<string, string>) =>
      start(requireTool("go"), args, cwd, env);
    const warm = async () => {
      const args = [releaseTree().cli, "warm", "--json"];
      const ran = await start(process.execPath, args, dir, { ...common, GOMODCACHE: ours, GOPROXY: goproxy });
      expect(ran.code, ran.output.slice(0, 2000)).toBe(0);
      return JSON.parse(ran.output.slice(ran.output.indexOf("{")));
    };

    /** All go.sum files, as they are before go adds to them. */
    const sumLines = () =>
      [...(use ?? ["."]).map((place) => join(dir, place, "go.sum")), join(dir, "go.work.sum")]
        .map((file) => (existsSync(file) ? readFileSync(file, "utf8") : ""))
        .join("");

    beforeAll(async () => {
      work = await mkdtemp(join(tmpdir(), "modwharf-warm-"));
      [dir, ours, theirs] = [join(work, "project"), join(work, "ours"), join(work, "theirs")];
      await Promise.all([dir, ours, theirs].map((each) => mkdir(each)));
      checkOut(project, dir);
      if (vendored) go(dir, ["mod", "vendor"]);
      // A workspace's own sums are written by the first build with a network.
      if (use !== undefined) go(dir, ["list", "-deps", ...use.map((path) => `${path}/...`)]);
      common = {
        // Certificate authorities and proxies of this machine are needed to reach the module proxy.
        ...(process.env as Record<string, string>),
        HOME: work,
        GOPATH: join(work, "gopath"),
        GOCACHE: join(tmpdir(), "modwharf-test-gocache"),
        GOTOOLCHAIN: "local",
        GOSUMDB: "off",
        GOFLAGS: "-modcacherw",
        GOENV: "off",
        CGO_ENABLED: "0",
      };
      const proxies = go("/", ["env", "GOPROXY"]).trim();
      const filled = go("/", ["env", "GOMODCACHE"]).trim();
      // The largest comes from the machine's module cache where it has it.
      goproxy =
        project.packages !== undefined && !isFull ? `file://${filled}/cache/download,${proxies}` : proxies;
      report = await warm();
    });
    afterAll(async () => {
      for (const cache of [ours, theirs]) removeTree(cache);
      await rm(work, { recursive: true, force: true });
    });

    test("build and vet succeed offline, in the project's own way", async () => {
      expect(report.downloaded).toBe(report.modules);
      const packages = isFull ? ["./..."] : (project.packages ?? ["./..."]);
      const places = use === undefined ? ["."] : use;
      for (const place of places) {
        const alone = { ...offline(), GOWORK: "off" };
        for (const verb of ["build", "vet"]) {
          const ran = await runGo([verb, ...packages], join(dir, place), alone);
          expect(ran.code, `go ${verb} in ${place}: ${ran.output}`).toBe(0);
        }
      }
      if (use !== undefined) {
        const together = await runGo(["build", ...use.map((path) => `${path}/...`)], dir, offline());
        expect(together.code, together.output).toBe(0);
      }
    });

    test("go mod verify finds nothing, and a second warm has nothing to do", async () => {
      const ran = await runGo(["mod", "verify"], dir, { ...offline(), GOFLAGS: "-mod=mod" });
      expect(ran.output).toContain("all modules verified");
      expect(await warm()).toMatchObject({ downloaded: 0, rejected: [] });
    });

    test("its files are those of go mod download", async () => {
      const sums = sumLines();
      const env = { ...common, GOMODCACHE: theirs, GOPROXY: goproxy };
      const ran = await runGo(["mod", "download"], dir, env);
      expect(ran.code, ran.output).toBe(0);
      const [we, they] = [versionFiles(ours), versionFiles(theirs)];
      const both = [...we].filter((name) => they.has(name));
      const read = (cache: string, name: string) => readFileSync(join(cache, "cache/download", name));
      for (const name of both) {
        const [our, their] = [read(ours, name), read(theirs, name)];
        if (name.endsWith(".info"))
          expect(JSON.parse(our.toString()), name).toEqual(JSON.parse(their.toString()));
        if (!our.equals(their)) expect(name).toMatch(/\.zip$/);
        if (name.endsWith(".zip") && !our.equals(their))
          expect(await hashZip(join(ours, "cache/download", name))).toBe(
            await hashZip(join(theirs, "cache/download", name)),
          );
      }
      const zips = (names: Iterable<string>) => [...names].filter((name) => name.endsWith(".zip"));
      const onlyOurs = [...we].filter((name) => !they.has(name));
      const onlyTheirs = [...they].filter((name) => !we.has(name));
      process.stderr.write(
        `${project.name}: ${zips(both).length} zips in common; only ours ${summary(onlyOurs)}; only go's ${summary(onlyTheirs)}\n`,
      );
      // Ours alone: go.mod files that go.sum lists, which go reads only when it needs the whole graph (go 1.17 on).
      expect(onlyOurs.filter((name) => !name.endsWith(".mod"))).toEqual([]);
      // go's alone: what it asks about versions of which it then takes no more than the go.mod; and of a workspace the
      // whole build list, also what no go.sum has a line for, so that no build loads it.
      if (use === undefined) expect(onlyTheirs.filter((name) => !name.endsWith(".info"))).toEqual([]);
      for (const name of zips(onlyTheirs)) {
        const [path, version] = name.slice(0, -".zip".length).split("/@v/") as [string, string];
        expect(sums).not.toContain(`${unescapePath(path)} ${unescapeVersion(version)} h1:`);
      }
    });
  });
});

/** "12 .mod, 3 .info" */
function summary(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) {
    const suffix = name.slice(name.lastIndexOf("."));
    counts.set(suffix, (counts.get(suffix) ?? 0) + 1);
  }
  return [...counts].map(([suffix, count]) => `${count} ${suffix}`).join(", ") || "nothing";
}
