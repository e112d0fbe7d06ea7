// Checking a module cache of 250+ modules: `modwharf verify cache` against `go mod verify`, whole processes in turn, for
// a cache of zips (what CI restores) and for one with extracted trees as well.
// usage: node bench/verify-cache.mjs [runs]      needs go; SUBJECT names another module@version
import { join } from "node:path";
import { compare, judge, openBench } from "./support/modules.mjs";

const runs = Number(process.argv[2] ?? 5);
const bench = openBench();

try {
  const env = {
    PATH: process.env.PATH,
    HOME: bench.work,
    GOTOOLCHAIN: "local",
    GOFLAGS: "-modcacherw",
    GOENV: "off",
    GOMODCACHE: join(bench.work, "cache"),
    GOPROXY: await bench.serve(),
    GOSUMDB: "off",
  };
  const cwd = bench.project;
  const modwharf = (...args) => bench.measure(process.execPath, [bench.modwharf, ...args], { cwd, env });
  for (const [title, extract] of [
    ["zips", "false"],
    ["zips and trees", "true"],
  ]) {
    modwharf("warm", `--extract=${extract}`);
    const ratios = compare(title, runs, {
      "go mod verify": () => bench.measure("go", ["mod", "verify"], { cwd, env }),
      "modwharf verify cache": () => modwharf("verify", "cache"),
    });
    judge(title, ratios["modwharf verify cache"], 0.7);
  }
} finally {
  bench.close();
}
