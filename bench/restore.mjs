// What a job waits for: the entry that our action saves (verified zips) against the archive that actions/setup-go saves
// (GOMODCACHE with zips and trees), both through the stock @actions/cache and one local server. Sides, in turn:
//   setup-go    restore the archive, then `go build`
//   verified    the action's main step (restore, verify, move), then `go build`, which extracts what it needs
//   extracted   the same with trees, which are made while their zips are verified
//   handed over restore the same entry, then `go build` from it as a file:// proxy, so that go itself checks
// The build cache is warm and the same for all, so that `go build` is about modules.
// usage: node bench/restore.mjs [runs]      needs go and tar; SUBJECT names another module@version, PACKAGES others
// than ./..., BENCH_GOCACHE a build cache to keep: filling it takes minutes
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { compare, judge, openBench, removeTree } from "./support/modules.mjs";

const runs = Number(process.argv[2] ?? 3);
const PACKAGES = (process.env.PACKAGES ?? "./...").split(" ");
const bench = openBench();
const here = dirname(fileURLToPath(import.meta.url));
const [cache, program] = [join(bench.work, "cache"), join(bench.work, "actions-cache.mjs")];
const STAGE = ".modwharf-cache";

/** Runs `compare`'s steps one after the other and adds them up. */
const sum = (results) => ({
  wallMs: results.reduce((total, one) => total + one.wallMs, 0),
  cpuMs: results.reduce((total, one) => total + one.cpuMs, 0),
  peakBytes: Math.max(...results.map((one) => one.peakBytes)),
});

async function startServer() {
  await build({
    entryPoints: [join(here, "support/actions-cache.ts")],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
    banner: {
      js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);',
    },
    logLevel: "error",
  });
  const server = spawn(process.execPath, [program, "serve"], { stdio: ["pipe", "pipe", "inherit"] });
  const answer = () =>
    new Promise((resolve) => server.stdout.once("data", (line) => resolve(JSON.parse(line))));
  const env = await answer();
  return {
    env,
    sizes: () => {
      server.stdin.write("sizes\n");
      return answer();
    },
    close: () => server.stdin.end(),
  };
}

function fresh() {
  removeTree(cache);
  mkdirSync(cache);
}

const server = await startServer();
try {
  const files = Object.fromEntries(
    ["STATE", "OUTPUT", "STEP_SUMMARY"].map((name) => [`GITHUB_${name}`, join(bench.work, name)]),
  );
  const event = join(bench.work, "event.json");
  writeFileSync(event, '{"repository":{"default_branch":"main"}}');
  const go = {
    PATH: process.env.PATH,
    HOME: bench.work,
    GOTOOLCHAIN: "local",
    // Paths are left out of what the build cache knows things by.
    GOFLAGS: "-modcacherw -trimpath",
    GOENV: "off",
    GOSUMDB: "off",
    GOMODCACHE: cache,
    GOCACHE: process.env.BENCH_GOCACHE ?? join(bench.work, "gocache"),
    GOPROXY: await bench.serve(),
    CGO_ENABLED: "0",
  };
  const job = {
    ...go,
    ...server.env,
    ...files,
    GITHUB_ACTIONS: "true",
    GITHUB_WORKSPACE: bench.project,
    GITHUB_EVENT_NAME: "push",
    GITHUB_EVENT_PATH: event,
    GITHUB_REF_TYPE: "branch",
    GITHUB_REF_NAME: "main",
    RUNNER_TEMP: bench.work,
  };
  const options = (env) => ({ cwd: bench.project, env });
  const action = (name, env = job) =>
    bench.measure(process.execPath, [join(dirname(bench.modwharf), `actions/${name}.js`)], options(env));
  const stock = (...args) => bench.measure(process.execPath, [program, ...args], options(job));
  const goBuild = (env = { ...go, GOPROXY: "off" }) =>
    bench.measure("go", ["build", ...PACKAGES], options(env));

  // Both entries; the state file's first line is name<<delimiter, the second the value.
  fresh();
  for (const file of Object.values(files)) writeFileSync(file, "");
  action("warm");
  action("warm-post", { ...job, STATE_modwharf: readFileSync(files.GITHUB_STATE, "utf8").split("\n")[1] });
  const [ourKey] = Object.keys(await server.sizes());
  fresh();
  execFileSync("go", ["mod", "download"], options(go));
  stock("save", cache, "setup-go");
  goBuild();
  const sizes = await server.sizes();

  const restores = compare("restore alone", runs, {
    "setup-go": () => {
      fresh();
      return stock("restore", cache, "setup-go");
    },
    "zips only": () => {
      removeTree(join(bench.project, STAGE));
      return stock("restore", STAGE, ourKey);
    },
  });
  removeTree(join(bench.project, STAGE));
  judge("size", sizes[ourKey] / sizes["setup-go"], 0.6);
  judge("restore", restores["zips only"], 0.2);
  const whole = compare("restore, verify and build", runs, {
    "setup-go": () => {
      fresh();
      return sum([stock("restore", cache, "setup-go"), goBuild()]);
    },
    verified: () => {
      fresh();
      return sum([action("warm", { ...job, INPUT_EXTRACT: "false" }), goBuild()]);
    },
    extracted: () => {
      fresh();
      return sum([action("warm", { ...job, INPUT_EXTRACT: "true" }), goBuild()]);
    },
    "handed over": () => {
      fresh();
      const restored = stock("restore", STAGE, ourKey);
      const proxy = `file://${join(bench.project, STAGE, "cache/download")},off`;
      const result = sum([restored, goBuild({ ...go, GOPROXY: proxy })]);
      removeTree(join(bench.project, STAGE));
      return result;
    },
  });
  judge("restore, verify and build", whole.extracted, 1);
} finally {
  server.close();
  bench.close();
}
