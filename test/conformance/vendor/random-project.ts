import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { requireTool } from "../../support/tools.ts";
import { type Tree, writeTree } from "../../vendor/fake-modules.ts";
import type { Chance } from "./chance.ts";
import { goFile, modulePaths, packagePaths, type Universe, versionsOf } from "./universe.ts";

const GO_VERSIONS = ["", "1.11", "1.13", "1.14", "1.16", "1.17", "1.20", "1.21.0", "1.22.0", "1.24.0"];

/** Runs `go` in a universe of its own; the exit code and what it said. */
export function goIn(universe: Universe, dir: string, args: readonly string[], work = "off") {
  const env = {
    PATH: process.env.PATH,
    HOME: universe.modules.dir,
    GOMODCACHE: universe.goModCache,
    GOPROXY: universe.proxy,
    GOSUMDB: "off",
    GOTOOLCHAIN: "local",
    GOFLAGS: "-modcacherw",
    GOWORK: work,
  };
  const { status, stderr } = spawnSync(requireTool("go"), args, { cwd: dir, env, encoding: "utf8" });
  return { ok: status === 0, stderr };
}

/** A project of one module, or a workspace of two, on which `go mod tidy` has been. undefined when it cannot be tidy. */
export function randomProject(
  universe: Universe,
  dir: string,
  chance: Chance,
): { isWorkspace: boolean } | undefined {
  const isWorkspace = chance.is(0.25);
  const places = isWorkspace ? ["m", "n"] : ["."];
  for (const place of places) {
    writeTree(join(dir, place), moduleFiles(`main.test/${place === "." ? "m" : place}`, chance));
    // From another version of the list some requirements stay too high, which tidy keeps.
    if (!goIn(universe, join(dir, place), ["mod", "tidy"]).ok) return undefined;
  }
  if (isWorkspace) {
    const replace = chance.is(0.3) ? "\nreplace w.test/f => w.test/fork v1.1.0\n" : "";
    writeTree(dir, { "go.work": `go 1.24.0\n\nuse (\n\t./m\n\t./n\n)\n${replace}` });
    writeTree(dir, { "m/across.go": goFile("m", chance.some(["main.test/n", "main.test/n/sub"], 0.5)) });
    // What the workspace selects may be in no go.sum yet; go adds it to go.work.sum.
    goIn(universe, dir, ["work", "vendor", "-o", join(dir, "..", "discarded")], "");
  }
  if (chance.is(0.3)) spoil(join(dir, places[0]!, chance.pick(["go.mod", "go.sum"])), chance);
  return { isWorkspace };
}

function moduleFiles(path: string, chance: Chance): Tree {
  const go = chance.pick(GO_VERSIONS);
  const required = chance
    .some(modulePaths, 0.3)
    .map((name) => `require ${name} ${chance.pick(versionsOf(name))}\n`);
  const local = chance.is(0.2);
  const extras = [
    ...(chance.is(0.25) ? ["replace w.test/e => w.test/fork v1.0.0\n"] : []),
    ...(chance.is(0.2)
      ? [`replace w.test/b ${chance.pick(versionsOf("w.test/b"))} => w.test/fork v1.1.0\n`]
      : []),
    ...(local ? ["replace w.test/b/c/d => ./local\n"] : []),
    ...(chance.is(0.2) ? [`exclude w.test/a ${chance.pick(versionsOf("w.test/a"))}\n`] : []),
    ...(go >= "1.24" ? ["tool w.test/e/cmd/tool\n\nignore ./ignored\n"] : []),
  ];
  const imports = (share: number) => chance.some(packagePaths, share);
  return {
    "go.mod": `module ${path}\n\n${go === "" ? "" : `go ${go}\n\n`}${required.join("")}${extras.join("")}`,
    "m.go": goFile("m", imports(0.06)),
    "m_test.go": goFile("m_test", imports(0.06)),
    "tools.go": goFile("m", imports(0.03), "//go:build tools\n\n"),
    "gen.go": goFile("main", ["w.test/nowhere"], "//go:build ignore\n\n"),
    "sub/x.go": goFile("sub", [...imports(0.03), "fmt", "C"]),
    "vendored/vendor/x.go": goFile("vendor", imports(0.02)),
    "vendored/vendor/y/y.go": goFile("y", ["w.test/nowhere"]),
    "testdata/x.go": goFile("x", ["w.test/nowhere"]),
    "_under/x.go": goFile("x", ["w.test/nowhere"]),
    "nested/go.mod": "module main.test/nested\n",
    "nested/x.go": goFile("x", ["w.test/nowhere"]),
    ...(go >= "1.24" ? { "ignored/x.go": goFile("x", ["w.test/nowhere"]) } : {}),
    ...(local ? { "local/go.mod": "module w.test/b/c/d\n\ngo 1.19\n", "local/x.go": goFile("d", []) } : {}),
    ...(local ? { "local/p/x.go": goFile("p", []), "local/p/link.txt": "x\n" } : {}),
    ...(local ? { "local/p/q/x.go": goFile("q", []), "local/only_tests/x_test.go": goFile("t", []) } : {}),
    ...(local ? { "local/cmd/tool/x.go": goFile("main", []) } : {}),
  };
}

/** Drops a line that names a module, or lowers its version in go.mod, as a careless merge does. */
function spoil(file: string, chance: Chance): void {
  const lines = readFileSync(file, "utf8").split("\n");
  const candidates = lines.flatMap((line, i) => (/ v\d/.test(line) && !line.includes("=>") ? [i] : []));
  if (candidates.length === 0) return;
  const at = chance.pick(candidates);
  if (file.endsWith("go.sum") || chance.is(0.5)) lines.splice(at, 1);
  else lines[at] = lines[at]!.replace("v1.1.0", "v1.0.0").replace("v1.2.0-rc.1", "v1.1.0");
  writeFileSync(file, lines.join("\n"));
}
