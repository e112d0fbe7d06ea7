// The gate against gorelease, and against a bare git diff when nothing of Go changed:
// `node bench/gate.mjs [runs, default 2] [module older newer]`. The module has 250+ requirements and 4 MB of source. Both
// sides read the same warm module cache and run in turn, whole processes; ratios are of medians. gorelease takes
// minutes, so that it runs less often than what is quick.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const runs = Math.max(2, Number(process.argv[2] ?? 2));
const work = mkdtempSync(join(tmpdir(), "modwharf-bench-gate-"));
const env = { ...process.env, GOWORK: "off", GOFLAGS: "-mod=mod", GOBIN: work };
const GORELEASE = "golang.org/x/exp/cmd/gorelease@v0.0.0-20260908205506-85c1c2202aba";
/** Two neighbouring releases of a module that is large enough, without replace lines, and that gorelease can load. */
const [PATH, BASE, HEAD] =
  process.argv.length > 5 ? process.argv.slice(3, 6) : ["github.com/rclone/rclone", "v1.75.0", "v1.75.1"];

/** Both sides ask this folder alone, so that neither the network nor a module that a proxy refuses decides. */
const CACHE = join(
  execFileSync("go", ["env", "GOMODCACHE"], { encoding: "utf8" }).trim(),
  "cache",
  "download",
);
const offline = { ...env, GOPROXY: pathToFileURL(CACHE).href, GOSUMDB: "off" };

const run = (program, args, cwd) =>
  execFileSync(program, args, { cwd, env, encoding: "utf8", maxBuffer: 1 << 28 });
const git = (...args) => run("git", args, join(work, "repo"));

/** Whole process, wall time in milliseconds. */
function timed(program, args, cwd) {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd,
    env: offline,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  return { ms: performance.now() - start, status, stdout, stderr };
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** A repository with both releases as commits, the older one tagged. */
function makeRepository() {
  const repo = join(work, "repo");
  execFileSync("mkdir", [repo]);
  git("init", "-q", "-b", "main");
  git("config", "user.email", "bench@example.com");
  git("config", "user.name", "bench");
  for (const version of [BASE, HEAD]) {
    const { Dir } = JSON.parse(run("go", ["mod", "download", "-json", `${PATH}@${version}`], work));
    for (const entry of readdirSync(repo))
      if (entry !== ".git") rmSync(join(repo, entry), { recursive: true });
    cpSync(Dir, repo, { recursive: true });
    execFileSync("chmod", ["-R", "u+w", repo]);
    git("add", "-A", "-f");
    git("commit", "-q", "-m", version);
    if (version === BASE) git("tag", version);
  }
  return repo;
}

/** Puts into the module cache what gorelease loads: the packages of each release in a module that prunes nothing. */
function warm(repo) {
  const go = (args, cwd) =>
    spawnSync("go", args, { cwd, env: { ...env, GOMAXPROCS: "64" }, maxBuffer: 1 << 28 });
  for (const version of [BASE, HEAD]) {
    writeFileSync(join(work, "go.mod"), `module scratch\n\ngo 1.16\n\nrequire ${PATH} ${version}\n`);
    go(["list", "-deps", "-e", `${PATH}/...`], work);
  }
  go(["list", "-deps", "-e", "./..."], repo);
}

function describe(repo) {
  let bytes = 0;
  for (const entry of readdirSync(repo, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && entry.name.endsWith(".go"))
      bytes += statSync(join(entry.parentPath, entry.name)).size;
  }
  const requires = JSON.parse(run("go", ["mod", "edit", "-json"], repo)).Require.length;
  return `${PATH} ${BASE} to ${HEAD}: ${requires} requirements, ${(bytes / 1e6).toFixed(1)} MB of Go`;
}

/** What a side found, in one line. */
const verdictOf = {
  gate: ({ status, stdout, stderr }) => {
    if (status > 1) return `ended with ${status}: ${stderr.trim().slice(-300)}`;
    const { blocking, findings } = JSON.parse(stdout);
    const rules = new Set(findings.filter((finding) => finding.blocking).map((finding) => finding.rule));
    return `exit ${status}, ${blocking} blocking (${[...rules].join(", ") || "none"}) of ${findings.length} findings`;
  },
  gorelease: ({ status, stdout, stderr }) => {
    // Without a summary it gave up and did only part of its work.
    const summary = stdout.split("\n# summary\n")[1]?.trim().replace(/\s+/g, " ");
    return summary === undefined
      ? `gave up, exit ${status}: ${(stderr || stdout).trim().slice(-300)}`
      : `exit ${status}: ${summary}`;
  },
};

const bundle = join(work, "dist", "modwharf.js");
run("node", [join(here, "..", "scripts", "build.mjs"), join(work, "dist")], here);
if (!existsSync(bundle)) throw new Error("the bundle was not built");
writeFileSync(join(work, "go.mod"), "module scratch\n\ngo 1.25\n");
run("go", ["install", GORELEASE], work);
const repo = makeRepository();
console.log(describe(repo));
warm(repo);

const subjects = {
  gate: () => timed(process.execPath, [bundle, "gate", "--base", BASE, "--tag", HEAD, "--json"], repo),
  gorelease: () => timed(join(work, "gorelease"), [`-base=${BASE}`], repo),
};
const results = { gate: [], gorelease: [] };
// Once each, so that both have warm caches.
for (const [name, subject] of Object.entries(subjects)) {
  const first = subject();
  console.log(`${name} (${(first.ms / 1000).toFixed(1)} s cold): ${verdictOf[name](first)}`);
}
for (let i = 0; i < runs; i++)
  for (const [name, subject] of Object.entries(subjects)) results[name].push(subject().ms);
const [ours, theirs] = [median(results.gate), median(results.gorelease)];
console.log(
  `full gate: ${ours.toFixed(0)} ms, gorelease: ${theirs.toFixed(0)} ms, ratio ${(ours / theirs).toFixed(3)}`,
);

writeFileSync(join(repo, "NOTES.txt"), "nothing of Go\n");
git("add", "NOTES.txt");
git("commit", "-q", "-m", "notes");
const quiet = { gate: [], node: [], diff: [] };
for (let i = 0; i < Math.max(runs, 7) * 3; i++) {
  quiet.gate.push(timed(process.execPath, [bundle, "gate", "--base", "HEAD~1"], repo).ms);
  quiet.node.push(timed(process.execPath, ["-e", "0"], repo).ms);
  quiet.diff.push(timed("git", ["diff", "--stat", "HEAD~1"], repo).ms);
}
const budget = median(quiet.node) + median(quiet.diff) + 100;
console.log(
  `nothing of Go changed: ${median(quiet.gate).toFixed(0)} ms, node -e 0 plus git diff --stat plus 100 ms: ` +
    `${budget.toFixed(0)} ms, ratio ${(median(quiet.gate) / budget).toFixed(2)}`,
);
execFileSync("chmod", ["-R", "u+w", work]);
rmSync(work, { recursive: true, force: true });
