// Zip and h1 of two trees, whole process each, against golang.org/x/mod: `node bench/zip.mjs [runs]`.
// The trees come from the Go proxy; ratios are medians of runs in turn.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const runs = Math.max(7, Number(process.argv[2] ?? 7));
const work = mkdtempSync(join(tmpdir(), "modwharf-bench-"));

/** The second tree holds all of them side by side. */
const DOCKER = "github.com/docker/docker@v28.0.0+incompatible";
const MANY = [DOCKER, "k8s.io/kubernetes@v1.33.0", "github.com/hashicorp/consul@v1.21.0"];

/** The directory and the zip of a module in the module cache. */
function download(module) {
  const options = { cwd: work, env: { ...process.env, GOWORK: "off" }, encoding: "utf8" };
  return JSON.parse(execFileSync("go", ["mod", "download", "-json", module], options));
}

/** Copies a module's files; several trees in one would be nested modules if they kept their go.mod. */
function copyTree(from, to) {
  cpSync(from, to, { recursive: true, filter: (source) => basename(source).toLowerCase() !== "go.mod" });
  execFileSync("chmod", ["-R", "u+w", to]);
}

function measureTree(dir) {
  let files = 0;
  let bytes = 0;
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    files += 1;
    bytes += statSync(join(entry.parentPath, entry.name)).size;
  }
  return `${files} files, ${(bytes / 1e6).toFixed(0)} MB`;
}

async function programs() {
  const ours = join(work, "ours.mjs");
  await build({
    entryPoints: [join(here, "zip-subject.ts")],
    outfile: ours,
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    target: "node20.19",
  });
  const go = join(work, process.platform === "win32" ? "reference.exe" : "reference");
  execFileSync("go", ["build", "-o", go, "."], {
    cwd: join(here, "reference"),
    env: { ...process.env, GOWORK: "off" },
  });
  return { ours: [process.execPath, ours], go: [go] };
}

/** Nothing of the shell's: NODE_EXTRA_CA_CERTS alone costs Node a twentieth of a second. */
const env = { PATH: process.env.PATH, HOME: process.env.HOME };

function timed([program, ...first], args) {
  const start = process.hrtime.bigint();
  const { status, stdout, stderr } = spawnSync(program, [...first, ...args], { env, encoding: "utf8" });
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`);
  return { seconds, stdout, rssKiB: Number(stderr.trim()) };
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** Runs both in turn; prints seconds, their ratio, and our peak memory. */
function compare(name, { ours, go }, argsOf) {
  const results = { ours: [], go: [] };
  for (let i = 0; i < runs; i++) {
    results.go.push(timed(go, argsOf("go")));
    results.ours.push(timed(ours, argsOf("ours")));
    if (results.go[i].stdout !== results.ours[i].stdout) throw new Error(`${name}: the h1s differ`);
  }
  const seconds = {
    ours: median(results.ours.map((r) => r.seconds)),
    go: median(results.go.map((r) => r.seconds)),
  };
  const rss = (Math.max(...results.ours.map((r) => r.rssKiB)) * 1024) / 1e6;
  const ratio = (seconds.ours / seconds.go).toFixed(2);
  return `${name}: ${ratio}x wall (ours ${seconds.ours.toFixed(3)} s, Go ${seconds.go.toFixed(3)} s), peak ${rss.toFixed(0)} MB`;
}

try {
  execFileSync("go", ["mod", "init", "modwharf.bench/trees"], { cwd: work, stdio: "ignore" });
  const both = await programs();
  const small = join(work, "docker");
  copyTree(download(DOCKER).Dir, small);
  const big = join(work, "many");
  mkdirSync(big);
  for (const [i, module] of MANY.entries()) copyTree(download(module).Dir, join(big, `m${i}`));
  for (const [name, dir] of [
    ["docker", small],
    ["many modules", big],
  ]) {
    const zipOf = (who) => join(work, `${basename(dir)}-${who}.zip`);
    console.log(`${name}: ${measureTree(dir)}`);
    console.log(compare("zip + h1", both, (who) => ["zip", "example.com/m", "v1.0.0", dir, zipOf(who)]));
    const [ours, go] = ["ours", "go"].map((who) => statSync(zipOf(who)).size);
    console.log(`archive: ${(ours / go).toFixed(3)}x (ours ${ours} bytes, Go ${go} bytes)`);
    console.log(compare("h1 of the zip", both, () => ["hash", zipOf("go")]));
  }
  // Several modules of a cache, as `go mod verify` reads them again.
  const zips = MANY.map((module) => download(module).Zip);
  console.log(compare(`h1 of ${zips.length} zips`, both, () => ["hash", ...zips]));
} finally {
  rmSync(work, { recursive: true, force: true });
}
