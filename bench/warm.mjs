// Cold warm of a project with 250+ modules against `go mod download`, both from one local proxy that serves the same
// real modules, whole processes in turn: without delay, with --extract (which leaves what go leaves), and with 50 ms added
// to each request. Then a warm with nothing to do against `node -e 0`.
// usage: node bench/warm.mjs [runs]      needs go; SUBJECT names another module@version
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { compare, judge, openBench, removeTree } from "./support/modules.mjs";

const runs = Number(process.argv[2] ?? 5);
const bench = openBench();
const common = {
  PATH: process.env.PATH,
  HOME: bench.work,
  GOTOOLCHAIN: "local",
  GOFLAGS: "-modcacherw",
  GOENV: "off",
};

function cold(GOPROXY, command, args) {
  const GOMODCACHE = join(bench.work, "cache");
  removeTree(GOMODCACHE);
  mkdirSync(GOMODCACHE);
  const env = { ...common, GOMODCACHE, GOPROXY, GONOSUMDB: "*", GOCACHE: join(bench.work, "gocache") };
  return bench.measure(command, args, { cwd: bench.project, env });
}

const ours = (url, ...more) => cold(url, process.execPath, [bench.modwharf, "warm", ...more]);
const theirs = (url) => cold(url, "go", ["mod", "download"]);

try {
  const [near, far] = [await bench.serve(), await bench.serve("50ms")];
  const fast = compare("cold, no delay", runs, {
    "go mod download": () => theirs(near),
    "modwharf warm": () => ours(near),
    "modwharf warm --extract": () => ours(near, "--extract"),
  });
  judge("warm", fast["modwharf warm"], 0.5);
  judge("warm --extract", fast["modwharf warm --extract"], 0.9);
  const slow = compare("cold, 50 ms a request", Math.min(runs, 3), {
    "go mod download": () => theirs(far),
    "modwharf warm": () => ours(far),
  });
  judge("warm", slow["modwharf warm"], 0.1);
  const { peakBytes } = ours(near);
  judge("peak memory", peakBytes / 1e6, 250, " MB");
  const env = { ...common, GOMODCACHE: join(bench.work, "cache"), GOPROXY: near };
  const idle = () => bench.measure(process.execPath, [bench.modwharf, "warm"], { cwd: bench.project, env });
  const empty = () => bench.measure(process.execPath, ["-e", "0"], { cwd: bench.project, env });
  let added = Number.POSITIVE_INFINITY;
  const seen = { "node -e 0": [], "nothing to do": [] };
  compare("nothing to do", Math.max(runs, 7), {
    "node -e 0": () => keep("node -e 0", empty()),
    "nothing to do": () => keep("nothing to do", idle()),
  });
  function keep(name, result) {
    seen[name].push(result.wallMs);
    return result;
  }
  const middle = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
  added = middle(seen["nothing to do"]) - middle(seen["node -e 0"]);
  judge("added to node -e 0", added, 150, " ms");
} finally {
  bench.close();
}
