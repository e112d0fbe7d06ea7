// Verifying a vendor directory of more than 5,000 files: ours against `go mod vendor` into a temporary directory and
// `diff -r`. Whole processes in turn, ratio of the medians, from three starting points:
//   again  both have been here before: go has its module cache with extracted trees, we have our lists of hashes
//   warm   `modwharf warm` filled a module cache just before, for both: zips and our lists, no trees
//   trees  `go mod download` filled a module cache just before, for both: zips and trees, no list
//   zips   go has its module cache with extracted trees, we have the zips of it and neither list nor tree
//   cold   both start with an empty module cache and download from the same local proxy
// usage: node bench/vendor.mjs [runs] [module@version [start…]]      needs go; the module comes from the Go module proxy
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const runs = Math.max(1, Number(process.argv[2] ?? 7));
const subject = process.argv[3] ?? "github.com/goreleaser/goreleaser/v2@v2.9.0";
const TARGET = 0.3;
const work = mkdtempSync(join(tmpdir(), "modwharf-bench-vendor-"));
const project = join(work, "project");
const dist = join(work, "dist");

const go = (args, options = {}) => execFileSync("go", args, { encoding: "utf8", ...options });
const goCache = go(["env", "GOMODCACHE"]).trim();
const common = { PATH: process.env.PATH, HOME: work, GOFLAGS: "-modcacherw", GOTOOLCHAIN: "local" };
const warm = { ...common, GOMODCACHE: goCache, GOCACHE: go(["env", "GOCACHE"]).trim(), GOPROXY: "off" };

function prepare() {
  const { Dir: tree } = JSON.parse(go(["mod", "download", "-json", subject], { cwd: tmpdir() }));
  cpSync(tree, project, { recursive: true });
  for (const entry of readdirSync(project, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) chmodSync(join(entry.parentPath, entry.name), 0o755);
  }
  rmSync(join(project, "vendor"), { recursive: true, force: true });
  go(["mod", "vendor"], { cwd: project, env: { ...warm, GOPROXY: process.env.GOPROXY ?? "", GOFLAGS: "" } });
  mkdirSync(join(ourCache, "cache"), { recursive: true });
  symlinkSync(join(goCache, "cache", "download"), join(ourCache, "cache", "download"));
  mkdirSync(join(treeCache, "cache"), { recursive: true });
  symlinkSync(join(goCache, "cache", "download"), join(treeCache, "cache", "download"));
  for (const name of readdirSync(goCache)) {
    if (name !== "cache") symlinkSync(join(goCache, name), join(treeCache, name));
  }
  execFileSync(process.execPath, [join(root, "scripts/build.mjs"), dist], { stdio: "ignore" });
}

function timed(command, args, options) {
  const start = process.hrtime.bigint();
  const { status, stderr, error } = spawnSync(command, args, {
    ...options,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ms = Number(process.hrtime.bigint() - start) / 1e6;
  if (status !== 0) throw error ?? new Error(`${command} ${args.join(" ")}: ${stderr}`);
  return ms;
}

function runGo(env) {
  const out = join(work, "revendored");
  const ms =
    timed("go", ["mod", "vendor", "-o", out], { cwd: project, env: { ...env, GOSUMDB: "off" } }) +
    timed("diff", ["-r", out, join(project, "vendor")], {});
  rmSync(out, { recursive: true });
  return ms;
}

const runOurs = (env) =>
  timed(process.execPath, [join(dist, "modwharf.js"), "verify", "vendor"], { cwd: project, env });

/** An environment with an empty module cache that fills from the local one. */
function coldEnv(name) {
  const GOMODCACHE = join(work, name);
  rmSync(GOMODCACHE, { recursive: true, force: true });
  mkdirSync(GOMODCACHE);
  const GOPROXY = pathToFileURL(join(goCache, "cache", "download")).href;
  return { ...common, GOMODCACHE, GOCACHE: join(work, `${name}-index`), GOPROXY };
}

/** A module cache with the zips and lists that `modwharf warm` makes, and nothing else; each run gets its own. */
function warmedEnv(name) {
  const env = coldEnv(name);
  timed(process.execPath, [join(dist, "modwharf.js"), "warm", "--cache", env.GOMODCACHE, "--sumdb", "off"], {
    cwd: project,
    env,
  });
  return { ...env, GOPROXY: "off" };
}

/** The user's module cache for us, with a place for lists of hashes that nobody else writes to. */
const ourCache = join(work, "linked");
const ourWarm = { ...warm, GOMODCACHE: ourCache };

/** The same with the trees that go has extracted. */
const treeCache = join(work, "linked-trees");

function withoutLists(cache) {
  rmSync(join(cache, "cache", "modwharf-hashes"), { recursive: true, force: true });
  return { ...warm, GOMODCACHE: cache };
}

const scenes = {
  again: { ours: () => runOurs(ourWarm), theirs: () => runGo(warm) },
  warm: { ours: () => runOurs(warmedEnv("ours")), theirs: () => runGo(warmedEnv("theirs")) },
  trees: { ours: () => runOurs(withoutLists(treeCache)), theirs: () => runGo(warm) },
  zips: { ours: () => runOurs(withoutLists(ourCache)), theirs: () => runGo(warm) },
  cold: { ours: () => runOurs(coldEnv("ours")), theirs: () => runGo(coldEnv("theirs")) },
};

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

function compare(name, { ours, theirs }) {
  const mine = [];
  const gos = [];
  for (let turn = -1; turn < runs; turn++) {
    const [a, b] = [ours(), theirs()];
    // The first turn only warms caches.
    if (turn < 0) continue;
    mine.push(a);
    gos.push(b);
  }
  const ratio = median(mine) / median(gos);
  const figures = `${median(mine).toFixed(0)} ms against ${median(gos).toFixed(0)} ms`;
  console.log(`verify vendor, ${name}: ${ratio.toFixed(2)}× (${figures}; ${runs} runs)`);
  return ratio;
}

try {
  prepare();
  const vendored = readdirSync(join(project, "vendor"), { recursive: true, withFileTypes: true });
  console.log(`${subject}: ${vendored.filter((entry) => entry.isFile()).length} vendored files`);
  const chosen = process.argv.length > 4 ? process.argv.slice(4) : Object.keys(scenes);
  const ratios = chosen.map((name) => [name, compare(name, scenes[name])]);
  // Without lists each module has to be inflated or read whole: told, not promised.
  const headline = ratios.filter(([name]) => name !== "zips" && name !== "trees");
  if (headline.some(([, ratio]) => ratio > TARGET)) process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}
