// How long each action takes from its start to its first line, that a user could do something with, as ratios to an
// empty Node process run in turn: whole processes, median of the runs. The target is 2x `node -e 0` plus 100 ms.
// usage: node bench/action-start.mjs [runs]      exit 1 when the target is missed
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const runs = Math.max(5, Number(process.argv[2] ?? 11));
const work = mkdtempSync(join(tmpdir(), "modwharf-bench-"));
const actions = ["root", ...readdirSync(join(root, "actions")).sort()];

/**
 * A step of a job on a repository that has nothing to offer, with what the action demands: the first line says what is
 * missing, after its inputs, the repository or the manifests were looked at.
 */
const SAMPLES = { to: "file:./registry", tag: "v1.0.0", base: "v0.9.0", what: "cache", operation: "create" };
const env = {
  PATH: process.env.PATH,
  GITHUB_ACTIONS: "true",
  GITHUB_WORKSPACE: join(work, "repository"),
  GITHUB_REPOSITORY: "acme/greet",
  RUNNER_TEMP: work,
  INPUT_COMMAND: "hash",
};

function prepare() {
  cpSync(join(root, "package.json"), join(work, "package.json"));
  execFileSync(process.execPath, [join(root, "scripts/build.mjs"), join(work, "dist")], { stdio: "ignore" });
  execFileSync("git", ["init", "--quiet", "repository"], { cwd: work });
  writeFileSync(join(work, "repository", "go.mod"), "module example.com/greet\n\ngo 1.21\n");
}

function emptyMs() {
  const start = process.hrtime.bigint();
  spawnSync(process.execPath, ["-e", "0"], { stdio: "ignore" });
  return Number(process.hrtime.bigint() - start) / 1e6;
}

/** Milliseconds until the action's first byte of output. */
function firstLineMs(name) {
  return new Promise((resolve, reject) => {
    const start = process.hrtime.bigint();
    const child = spawn(process.execPath, [join(work, "dist", "actions", `${name}.js`)], {
      env: { ...env, ...samplesOf(name) },
      cwd: work,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let first;
    const seen = () => {
      first ??= Number(process.hrtime.bigint() - start) / 1e6;
    };
    child.stdout.on("data", seen);
    child.stderr.on("data", seen);
    child.once("error", reject);
    child.once("close", () =>
      first === undefined ? reject(new Error(`${name} printed nothing`)) : resolve(first),
    );
  });
}

/** The samples for those of its inputs that an action demands; `tag` wherever there is one. */
function samplesOf(name) {
  if (name === "root") return {};
  const { inputs } = parse(readFileSync(join(root, "actions", name, "action.yml"), "utf8"));
  const given = Object.keys(inputs).filter((input) => inputs[input].required || input === "tag");
  return Object.fromEntries(given.map((input) => [`INPUT_${input.toUpperCase()}`, SAMPLES[input] ?? "x"]));
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

try {
  prepare();
  const empty = [];
  const times = Object.fromEntries(actions.map((name) => [name, []]));
  for (let run = -1; run < runs; run++) {
    const ms = emptyMs();
    if (run >= 0) empty.push(ms);
    for (const name of actions) {
      const first = await firstLineMs(name);
      if (run >= 0) times[name].push(first);
    }
  }
  const base = median(empty);
  const limit = 2 * base + 100;
  console.log(`node -e 0: ${base.toFixed(0)} ms (median of ${runs}); target ${limit.toFixed(0)} ms`);
  for (const [name, values] of Object.entries(times)) {
    const ms = median(values);
    const verdict = ms <= limit ? "ok" : "TOO SLOW";
    console.log(
      `${name}: first line after ${(ms / base).toFixed(2)}x of node -e 0 (${ms.toFixed(0)} ms) ${verdict}`,
    );
    if (ms > limit) process.exitCode = 1;
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
