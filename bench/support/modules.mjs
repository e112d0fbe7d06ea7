// What the benchmarks of the module cache share: a real project with 250+ modules, a local proxy that serves them from
// the machine's module cache (filled from the Go module proxy where something is missing), and a stopwatch.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
export const SUBJECT = "github.com/goreleaser/goreleaser/v2@v2.9.0";

/** Runs go in a directory with the machine's own settings. */
export const go = (args, cwd = tmpdir(), env = process.env) =>
  execFileSync("go", args, {
    cwd,
    env,
    encoding: "utf8",
    maxBuffer: 1 << 28,
    stdio: ["ignore", "pipe", "pipe"],
  });

/** A bench's folder with the project, the built program and the helper; `close` removes it. */
export function openBench(subject = process.env.SUBJECT ?? SUBJECT) {
  const work = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), "modwharf-bench-"));
  const project = join(work, "project");
  const { Dir } = JSON.parse(go(["mod", "download", "-json", subject]));
  cpSync(Dir, project, { recursive: true });
  for (const entry of readdirSync(project, { recursive: true, withFileTypes: true }))
    if (entry.isDirectory()) chmodSync(join(entry.parentPath, entry.name), 0o755);
  chmodSync(project, 0o755);
  rmSync(join(project, "vendor"), { recursive: true, force: true });
  go(["mod", "download"], project);
  execFileSync("go", ["build", "-o", join(work, "benchtool"), join(here, "benchtool/main.go")]);
  const dist = process.env.DIST ?? join(work, "dist");
  if (!existsSync(dist))
    execFileSync(process.execPath, [join(root, "scripts/build.mjs"), dist], { stdio: "ignore" });
  // Also the go.mod files of go.sum's other lines, which go reads only now and then.
  const GOPROXY = go(["env", "GOPROXY"]).trim();
  execFileSync(process.execPath, [join(dist, "modwharf.js"), "warm"], {
    cwd: project,
    env: { ...process.env, GOPROXY },
    stdio: "ignore",
  });
  const servers = [];
  return {
    work,
    project,
    modwharf: join(dist, "modwharf.js"),
    gomodcache: go(["env", "GOMODCACHE"]).trim(),
    /** Wall and CPU milliseconds and peak bytes of one process; its failure is ours. */
    measure(command, args, options = {}) {
      const { status, stdout, stderr } = spawnSync(join(work, "benchtool"), ["run", command, ...args], {
        encoding: "utf8",
        maxBuffer: 1 << 28,
        ...options,
      });
      if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${stderr.slice(-2000)}`);
      return JSON.parse(stdout);
    },
    /** Starts a proxy over the machine's module cache. Resolves with its URL. */
    async serve(delay = "0ms", dir = join(go(["env", "GOMODCACHE"]).trim(), "cache/download")) {
      const server = spawn(join(work, "benchtool"), ["serve", dir, delay], {
        stdio: ["pipe", "pipe", "inherit"],
      });
      servers.push(server);
      return await new Promise((resolve) =>
        server.stdout.once("data", (line) => resolve(line.toString().trim())),
      );
    },
    close() {
      for (const server of servers) server.stdin.end();
      removeTree(work);
    },
  };
}

/** Removes a folder whose trees may be read-only. */
export function removeTree(dir) {
  if (!existsSync(dir)) return;
  spawnSync("chmod", ["-R", "u+w", dir]);
  rmSync(dir, { recursive: true, force: true });
}

export const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/**
 * Runs the sides in turn and prints each one's medians and their ratios to the first; the first turn only warms
 * caches. Returns the ratios of wall time by name.
 */
export function compare(title, runs, sides) {
  const names = Object.keys(sides);
  const results = Object.fromEntries(names.map((name) => [name, []]));
  for (let turn = -1; turn < runs; turn++)
    for (const name of names) {
      const result = sides[name]();
      if (turn >= 0) results[name].push(result);
    }
  const of = (name, field) => median(results[name].map((result) => result[field]));
  const [base] = names;
  console.log(`${title} (medians of ${runs})`);
  const ratios = {};
  for (const name of names) {
    ratios[name] = of(name, "wallMs") / of(base, "wallMs");
    const cpu = of(name, "cpuMs") / of(base, "cpuMs");
    console.log(
      `  ${name.padEnd(24)} ${of(name, "wallMs").toFixed(0).padStart(6)} ms wall ${ratios[name].toFixed(2)}×   ` +
        `${of(name, "cpuMs").toFixed(0).padStart(6)} ms CPU ${cpu.toFixed(2)}×   ${(of(name, "peakBytes") / 1e6).toFixed(0)} MB`,
    );
  }
  return ratios;
}

/** Prints whether a ratio keeps its target, and sets the exit code when not. */
export function judge(what, value, target, unit = "×") {
  const kept = value <= target;
  console.log(`  ${kept ? "kept " : "MISSED"} ${what}: ${value.toFixed(2)}${unit}, target ${target}${unit}`);
  if (!kept) process.exitCode = 1;
}
