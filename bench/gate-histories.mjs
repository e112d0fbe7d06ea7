// The gate on the consecutive releases of well-known modules: how often each blocking rule fires, and whether it is
// right. Findings about exported names are checked with golang.org/x/exp/cmd/apidiff; the others are listed for a
// person. Usage: node bench/gate-histories.mjs [releases of each module, default 5]
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const count = Number(process.argv[2] ?? 5);
const work = mkdtempSync(join(tmpdir(), "modwharf-histories-"));
const env = { ...process.env, GOWORK: "off", GOFLAGS: "-mod=mod", GOBIN: work };
const APIDIFF = "golang.org/x/exp/cmd/apidiff@v0.0.0-20260908205506-85c1c2202aba";

const MODULES = `
github.com/BurntSushi/toml github.com/fsnotify/fsnotify github.com/gin-gonic/gin github.com/go-chi/chi/v5
github.com/go-logr/logr github.com/go-sql-driver/mysql github.com/golang-jwt/jwt/v5 github.com/google/go-cmp
github.com/google/uuid github.com/gorilla/mux github.com/gorilla/websocket github.com/hashicorp/golang-lru/v2
github.com/jackc/pgx/v5 github.com/klauspost/compress github.com/labstack/echo/v4 github.com/mattn/go-isatty
github.com/miekg/dns github.com/nats-io/nats.go github.com/prometheus/client_golang github.com/redis/go-redis/v9
github.com/rs/zerolog github.com/sirupsen/logrus github.com/spf13/cobra github.com/spf13/pflag github.com/spf13/viper
github.com/stretchr/testify github.com/urfave/cli/v2 go.uber.org/multierr go.uber.org/zap google.golang.org/grpc
google.golang.org/protobuf gopkg.in/yaml.v3 golang.org/x/mod sigs.k8s.io/yaml`
  .trim()
  .split(/\s+/);

const go = (...args) => execFileSync("go", args, { cwd: work, env, encoding: "utf8", maxBuffer: 1 << 28 });

writeFileSync(join(work, "go.mod"), "module scratch\n\ngo 1.25\n");
go("install", APIDIFF);
await build({
  entryPoints: [join(here, "gate-histories", "subject.ts")],
  outfile: join(work, "subject.mjs"),
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20.19",
  banner: {
    js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
  },
});
const { blockingRules, judgeStep, openFacts } = await import(pathToFileURL(join(work, "subject.mjs")).href);
const [goproxy, gomodcache] = go("env", "GOPROXY", "GOMODCACHE").trim().split("\n");
const facts = openFacts(goproxy, gomodcache);

/** What apidiff says of the step, undefined when it cannot load a release. */
function incompatible(before, after) {
  const exports = [before, after].map((release, i) => {
    const file = join(work, `api${i}`);
    const module = join(work, `load${i}`);
    rmSync(module, { recursive: true, force: true });
    execFileSync("cp", ["-r", release.dir, module]);
    execFileSync("chmod", ["-R", "u+w", module]);
    const made = spawnSync(join(work, "apidiff"), ["-m", "-w", file, release.path], {
      cwd: module,
      env,
      encoding: "utf8",
    });
    return made.status === 0 ? file : undefined;
  });
  if (exports.includes(undefined)) return undefined;
  const said = (...flags) =>
    spawnSync(join(work, "apidiff"), ["-m", ...flags, ...exports], {
      cwd: work,
      env,
      encoding: "utf8",
    }).stdout.trim();
  return { all: said(), incompatible: said("-incompatible") };
}

const fired = new Map();
let steps = 0;
for (const path of MODULES) {
  const versions = JSON.parse(go("list", "-m", "-versions", "-json", path)).Versions ?? [];
  const stable = versions.filter((version) => !version.includes("-")).slice(-count - 1);
  const releases = stable.map((version) => {
    const { Zip, Dir } = JSON.parse(go("mod", "download", "-json", `${path}@${version}`));
    return { path, version, zip: Zip, dir: Dir };
  });
  for (let i = 1; i < releases.length; i++) {
    const [before, after] = [releases[i - 1], releases[i]];
    const { findings } = await judgeStep(before, after, { facts, versions });
    steps++;
    // exported-changed is a warning, but its precision is worth knowing.
    const blocking = findings.filter((finding) => finding.blocking || finding.rule === "exported-changed");
    const aboutApi = blocking.some((finding) => /^(?:exported-|version-bump)/.test(finding.rule));
    const oracle = aboutApi ? incompatible(before, after) : undefined;
    for (const finding of blocking) note(finding, `${path} ${before.version} to ${after.version}`, oracle);
  }
}

function note(finding, step, oracle) {
  const entry = fired.get(finding.rule) ?? { right: 0, wrong: 0, open: 0, lines: [] };
  fired.set(finding.rule, entry);
  const isApi = /^(?:exported-removed|exported-changed|version-bump)$/.test(finding.rule);
  const verdict = !isApi || oracle === undefined ? "open" : isConfirmed(finding, oracle) ? "right" : "wrong";
  entry[verdict]++;
  entry.lines.push(`${verdict}: ${step}: ${finding.file}:${finding.line}: ${finding.message}`);
}

/** version-bump says that something is incompatible, or (minor) that something was added. */
function isConfirmed({ rule, subject }, { all, incompatible }) {
  if (rule === "version-bump") return subject.endsWith(" major") ? incompatible !== "" : all !== "";
  const name = subject.split(/[./]/).at(-1);
  return new RegExp(`\\b${name}\\b`).test(incompatible);
}

console.log(`${steps} steps of ${MODULES.length} modules`);
for (const [rule, { right, wrong, open, lines }] of [...fired].sort()) {
  console.log(`${rule}: ${right} confirmed by apidiff, ${wrong} not, ${open} for a person`);
  const worth = lines.filter((line) => !line.startsWith("right"));
  for (const line of worth.slice(0, 40)) console.log(`  ${line}`);
  if (worth.length > 40) console.log(`  and ${worth.length - 40} more`);
}
const silent = blockingRules.filter((rule) => !fired.has(rule));
console.log(`blocking rules that never fired, and so were never wrong: ${silent.join(", ")}`);
rmSync(work, { recursive: true, force: true });
