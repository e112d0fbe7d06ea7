// A mirror of 250+ modules into MinIO, each held against go.sum and the checksum database, against copying the same
// files from the same proxy into the same MinIO by the same clients with nothing checked: whole processes in turn, an
// empty bucket each time, ratio of the medians. Then the same mirror again, with nothing left to do.
// usage: node bench/mirror.mjs [runs]      needs go and minio (MODWHARF_TOOLS); SUBJECT names another module@version
import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { compare, go, judge, removeTree, SUBJECT } from "./support/modules.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const runs = Number(process.argv[2] ?? 5);
const KEYS = { AWS_ACCESS_KEY_ID: "minio-admin", AWS_SECRET_ACCESS_KEY: "minio-admin-secret" };
const bench = openBench();

/** A folder with the project's go.mod and go.sum, the built program, and the helper that measures and serves. */
function openBench() {
  const work = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), "modwharf-bench-"));
  const { Dir } = JSON.parse(go(["mod", "download", "-json", process.env.SUBJECT ?? SUBJECT]));
  mkdirSync(join(work, "project"));
  for (const name of ["go.mod", "go.sum"]) copyFileSync(join(Dir, name), join(work, "project", name));
  const tool = join(work, "benchtool");
  execFileSync("go", ["build", "-o", tool, join(here, "support/benchtool/main.go")]);
  const dist = process.env.DIST ?? join(work, "dist");
  if (!existsSync(dist)) execFileSync(process.execPath, [join(here, "../scripts/build.mjs"), dist]);
  return { work, project: join(work, "project"), modwharf: join(dist, "modwharf.js"), tool };
}

/** Wall and CPU milliseconds and peak bytes of one process; its failure is ours. */
function measure(args, options) {
  const { status, stdout, stderr } = spawnSync(bench.tool, ["run", process.execPath, ...args], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    ...options,
  });
  if (status !== 0) throw new Error(`${args.join(" ")}: ${stderr.slice(-2000)}`);
  return JSON.parse(stdout);
}

async function serve(dir) {
  const server = spawn(bench.tool, ["serve", dir], { stdio: ["pipe", "pipe", "inherit"] });
  const url = await new Promise((resolve) =>
    server.stdout.once("data", (line) => resolve(line.toString().trim())),
  );
  return { url, stop: () => server.stdin.end() };
}
/** TREE names a tree of an earlier run. */
const tree = process.env.TREE ?? join(bench.work, "tree");
const home = join(bench.work, "home");
const common = { PATH: process.env.PATH, HOME: home, GOENV: "off", ...KEYS };

/** All that the project needs, with the checksum database's proofs, as one tree that a proxy can serve. */
function makeTree() {
  const bundle = join(bench.work, "modules.tar");
  const env = { ...process.env, GOWORK: "off" };
  const run = (...args) =>
    execFileSync(process.execPath, [bench.modwharf, "bundle", ...args], { cwd: bench.project, env });
  run("create", "go.mod", "--output", bundle);
  run("extract", bundle, "--to", tree);
  rmSync(bundle);
}

async function startMinio() {
  const data = join(bench.work, "minio");
  const port = await freePort();
  const console = await freePort();
  const onPath = (process.env.PATH ?? "").split(":").map((dir) => join(dir, "minio"));
  const tools = process.env.MODWHARF_TOOLS ?? join(homedir(), ".cache", "modwharf-tools");
  const command = [...onPath, join(tools, "minio")].find((file) => existsSync(file));
  const args = [
    "server",
    data,
    "--address",
    `127.0.0.1:${port}`,
    "--console-address",
    `127.0.0.1:${console}`,
  ];
  const env = {
    HOME: bench.work,
    MINIO_ROOT_USER: KEYS.AWS_ACCESS_KEY_ID,
    MINIO_ROOT_PASSWORD: KEYS.AWS_SECRET_ACCESS_KEY,
  };
  const server = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  await new Promise((resolve) => {
    for (const stream of [server.stdout, server.stderr])
      stream.on("data", (text) => /API: http/.test(text) && resolve());
  });
  return { url: `http://127.0.0.1:${port}`, data, stop: () => server.kill("SIGKILL") };
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** In MinIO's own form a bucket is a folder. */
function freshBucket({ data }) {
  rmSync(join(data, "bench"), { recursive: true, force: true });
  mkdirSync(join(data, "bench"));
}

let minio;
let proxy;
try {
  if (!existsSync(tree)) makeTree();
  minio = await startMinio();
  proxy = await serve(tree);
  const names = readdirSync(tree, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(tree.length + 1))
    .filter((name) => !name.startsWith("sumdb/"));
  const zips = names.filter((name) => name.endsWith(".zip")).length;
  console.log(
    `${zips} modules, ${names.filter((name) => name.endsWith(".mod")).length - zips} lone go.mod files`,
  );
  writeFileSync(join(bench.work, "names"), names.join("\n"));
  const subject = join(bench.work, "mirror-subject.mjs");
  await build({
    entryPoints: [join(here, "mirror-subject.ts")],
    outfile: subject,
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    target: "node20.19",
    mainFields: ["module", "main"],
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);',
    },
  });
  const store = `s3://bench?endpoint=${minio.url}&region=us-east-1`;
  const copy = () => {
    freshBucket(minio);
    return measure([subject, proxy.url, store, join(bench.work, "names")], {
      env: common,
    });
  };
  const mirror = () => {
    rmSync(home, { recursive: true, force: true });
    const env = { ...common, GOPROXY: proxy.url };
    return measure([bench.modwharf, "mirror", "go.mod", "--to", store, "--json"], {
      cwd: bench.project,
      env,
    });
  };
  const ratios = compare("into MinIO", runs, {
    "copy, nothing checked": copy,
    "modwharf mirror": () => {
      freshBucket(minio);
      return mirror();
    },
    "mirror again": mirror,
  });
  judge("mirror", ratios["modwharf mirror"], 1.5);
} finally {
  minio?.stop();
  proxy?.stop();
  removeTree(bench.work);
}
