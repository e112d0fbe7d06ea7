// publish of one module to `file:` from a tag, against `go mod download` of the same commit in direct mode from
// the same local repository: whole processes in turn, ratio of the medians. Both start from nothing each time (an
// empty store, an empty module cache), and both end with the three files of the version on disk.
// usage: node bench/publish.mjs [runs]      needs go and git; the sources are those of the Go distribution
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const runs = Math.max(7, Number(process.argv[2] ?? 9));
const TARGET = 1.0;
const work = mkdtempSync(join(tmpdir(), "modwharf-bench-"));
const modulePath = "github.com/bench/module";

const gitEnv = {
  PATH: process.env.PATH,
  HOME: work,
  GIT_CONFIG_GLOBAL: join(work, "gitconfig"),
  GIT_CONFIG_NOSYSTEM: "1",
};

/** A repository with the first `count` Go files of the distribution's `src/`, tagged v1.0.0. */
function makeRepository(name, count) {
  const goRoot = execFileSync("go", ["env", "GOROOT"], { encoding: "utf8" }).trim();
  const dir = join(work, "origins", name, modulePath);
  const sources = readdirSync(join(goRoot, "src"), { recursive: true })
    .filter((file) => file.endsWith(".go") && !/(^|\/)(vendor|testdata|cmd)\//.test(file))
    .sort();
  for (const file of sources.slice(0, count)) cpSync(join(goRoot, "src", file), join(dir, file));
  writeFileSync(join(dir, "go.mod"), `module ${modulePath}\n\ngo 1.21\n`);
  const git = (...args) => execFileSync("git", args, { cwd: dir, env: gitEnv });
  git("init", "-q", "-b", "main");
  git("add", ".");
  git("-c", "user.name=b", "-c", "user.email=b@example.com", "commit", "-q", "-m", "b");
  git("tag", "v1.0.0");
  git("gc", "-q");
  return dir;
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

function runOurs(dir, turn) {
  const store = join(work, `store-${turn}`);
  const args = [
    join(work, "dist/modwharf.js"),
    "publish",
    "--repo",
    dir,
    "--tag",
    "v1.0.0",
    "--to",
    `file:${store}`,
  ];
  const ms = timed(process.execPath, args, { cwd: work, env: { PATH: process.env.PATH, HOME: work } });
  rmSync(store, { recursive: true });
  return ms;
}

function runGo(name, turn) {
  const cache = join(work, `cache-${turn}`);
  const origins = pathToFileURL(join(work, "origins", name)).href;
  const env = {
    ...gitEnv,
    GOMODCACHE: cache,
    GOPATH: join(work, "gopath"),
    GOCACHE: join(work, "gocache"),
    GOPROXY: "direct",
    GOSUMDB: "off",
    GOVCS: "*:all",
    GOFLAGS: "-modcacherw",
    GOTOOLCHAIN: "local",
    GIT_CONFIG_COUNT: "2",
    GIT_CONFIG_KEY_0: `url.${origins}/.insteadOf`,
    GIT_CONFIG_VALUE_0: "https://",
    GIT_CONFIG_KEY_1: "protocol.file.allow",
    GIT_CONFIG_VALUE_1: "always",
  };
  const ms = timed("go", ["mod", "download", `${modulePath}@v1.0.0`], { cwd: work, env });
  rmSync(cache, { recursive: true });
  return ms;
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

function compare(name, count) {
  const dir = makeRepository(name, count);
  const ours = [];
  const theirs = [];
  for (let turn = -1; turn < runs; turn++) {
    const [mine, go] = [runOurs(dir, turn), runGo(name, turn)];
    // The first turn only warms the disk's cache.
    if (turn >= 0) {
      ours.push(mine);
      theirs.push(go);
    }
  }
  const ratio = median(ours) / median(theirs);
  const figures = `${median(ours).toFixed(0)} ms against go's ${median(theirs).toFixed(0)} ms`;
  console.log(
    `publish ${name} (${count} files): ${ratio.toFixed(2)}× (${figures}; target ${TARGET}×, ${runs} runs)`,
  );
  return ratio;
}

try {
  writeFileSync(gitEnv.GIT_CONFIG_GLOBAL, "");
  mkdirSync(join(work, "gopath"));
  execFileSync(process.execPath, [join(root, "scripts/build.mjs"), join(work, "dist")], { stdio: "ignore" });
  const ratios = [compare("small", 40), compare("docker-sized", 2800)];
  if (ratios.some((ratio) => ratio > TARGET)) process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}
