import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { FakeModules, type Tree } from "../../vendor/fake-modules.ts";
import type { Chance } from "./chance.ts";

/** Paths that are prefixes of each other, major versions, and one without a dot. */
const PATHS = [
  "w.test/a",
  "w.test/a/sub",
  "w.test/a/v2",
  "w.test/b",
  "w.test/b/c/d",
  "w.test/e",
  "w.test/f",
  "w.test/fork",
];
const VERSIONS = ["v1.0.0", "v1.1.0", "v1.2.0-rc.1"];
const GO_VERSIONS = ["", "1.12", "1.16", "1.17", "1.20", "1.21", "1.22.0"];
/** Packages of every module, so that any version has what any other has. */
const PACKAGES = ["", "p", "p/q", "cmd/tool", "only_tests", "internal/x"];

export const packagePaths = PATHS.flatMap((path) =>
  PACKAGES.filter((name) => name !== "internal/x").map((name) => (name === "" ? path : `${path}/${name}`)),
);

export const modulePaths = PATHS;

export function versionsOf(path: string): string[] {
  return path.endsWith("/v2") ? VERSIONS.map((version) => version.replace("v1", "v2")) : VERSIONS;
}

/** Modules that were made up, which require and import each other at random, and a proxy folder for `go`. */
export class Universe {
  readonly modules = new FakeModules();
  /** For GOPROXY. */
  readonly proxy: string;
  readonly goModCache: string;

  private constructor() {
    this.proxy = pathToFileURL(join(this.modules.dir, "proxy")).href;
    this.goModCache = join(this.modules.dir, "modcache");
  }

  static async create(chance: Chance): Promise<Universe> {
    const universe = new Universe();
    for (const path of PATHS) {
      for (const version of versionsOf(path)) {
        await universe.modules.add({ [`${path}@${version}`]: moduleFiles(path, chance) });
      }
    }
    universe.#serve();
    return universe;
  }

  dispose(): void {
    this.modules.dispose();
  }

  #serve(): void {
    for (const [name, zip] of this.modules.zips) {
      const [path, version] = name.split("@") as [string, string];
      const dir = join(this.modules.dir, "proxy", path, "@v");
      mkdirSync(dir, { recursive: true });
      writeFileSync(join(dir, `${version}.zip`), readFileSync(zip));
      writeFileSync(join(dir, `${version}.mod`), this.modules.read(join("trees", name, "go.mod")));
      writeFileSync(
        join(dir, `${version}.info`),
        JSON.stringify({ Version: version, Time: "2024-01-01T00:00:00Z" }),
      );
      writeFileSync(join(dir, "list"), `${versionsOf(path).join("\n")}\n`);
    }
  }
}

function moduleFiles(path: string, chance: Chance): Tree {
  const go = chance.pick(GO_VERSIONS);
  const requires = chance.some(PATHS, 0.4).filter((other) => other !== path);
  const lines = requires.map((other) => `require ${other} ${chance.pick(versionsOf(other))}\n`);
  const files: Record<string, string> = {
    "go.mod": `module ${path}\n\n${go === "" ? "" : `go ${go}\n\n`}${lines.join("")}`,
    LICENSE: `licence of ${path}\n`,
    "p/NOTICE.txt": "notice\n",
    "p/q/data/a.txt": "a\n",
    "p/q/data/.hidden": "hidden\n",
    "p/q/data/deep/_b.txt": "b\n",
  };
  const importable = packagePaths.filter((name) =>
    [path, ...requires].some((owner) => name === owner || name.startsWith(`${owner}/`)),
  );
  for (const name of PACKAGES) {
    for (const [file, text] of packageFiles(name, { chance, importable, path })) {
      files[name === "" ? file : `${name}/${file}`] = text;
    }
  }
  return files;
}

interface Surroundings {
  readonly chance: Chance;
  readonly importable: readonly string[];
  readonly path: string;
}

/** The head of a Go file that imports what it is given. */
export function goFile(name: string, imports: readonly string[], head = ""): string {
  return `${head}package ${name}\n\nimport (\n${imports.map((path) => `\t_ "${path}"\n`).join("")})\n`;
}

function packageFiles(name: string, { chance, importable, path }: Surroundings): [string, string][] {
  const imports = (share: number) => chance.some(importable, share);
  if (name === "only_tests") return [["x_test.go", goFile("only_tests", imports(0.1))]];
  const own = name === "cmd/tool" ? [...imports(0.1), `${path}/internal/x`] : imports(0.06);
  const files: [string, string][] = [
    ["x.go", goFile("x", name === "internal/x" ? [] : own)],
    ["x_test.go", goFile("x", imports(0.2))],
    ["x_windows.go", goFile("x", imports(0.03), "//go:build windows && cgo\n\n")],
    [
      "gen.go",
      goFile("main", ["w.test/nowhere"], chance.pick(["//go:build ignore\n\n", "// +build ignore\n\n"])),
    ],
    ["_skipped.go", goFile("x", ["w.test/nowhere"])],
    ["asm_arm.s", "TEXT\n"],
  ];
  if (name !== "p/q") return files;
  const pattern = chance.pick(["data", "all:data", "data/*.txt", "data/a.txt"]);
  const embed = 'import _ "embed"\n\n//go:embed ';
  files.push(["e.go", `package x\n\n${embed}${pattern}\nvar s string\n`]);
  files.push(["e_test.go", `package x\n\n${embed}data/deep/_b.txt\nvar t string\n`]);
  return files;
}
