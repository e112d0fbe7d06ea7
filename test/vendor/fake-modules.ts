import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { hashGoMod } from "../../src/dirhash/h1.ts";
import { HashLists } from "../../src/modcache/hash-lists.ts";
import type { ModuleSource } from "../../src/modgraph/module-source.ts";
import { escapePath } from "../../src/module/escape.ts";
import { createZipFromDir } from "../../src/zip/create-from-dir.ts";

/** Files by path. */
export type Tree = Readonly<Record<string, string>>;

export function writeTree(dir: string, files: Tree): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), content);
  }
}

/** A folder of one's own with modules that were made up, and what go.sum says of them. */
export class FakeModules {
  readonly dir = mkdtempSync(join(tmpdir(), "modwharf-vendor-"));
  readonly zips = new Map<string, string>();
  readonly #mods = new Map<string, Buffer>();
  goSum = "";
  /** What was asked for, as `path@version.zip` and `.mod`. */
  readonly asked: string[] = [];

  /** Adds modules, each a `path@version` with its files; without go.mod it gets the one that `go` makes up. */
  async add(modules: Readonly<Record<string, Tree>>): Promise<void> {
    for (const [name, files] of Object.entries(modules)) {
      const [path, version] = name.split("@") as [string, string];
      const tree = this.treeOf(name);
      writeTree(tree, files);
      const zip = join(this.dir, `${this.zips.size}.zip`);
      const { h1 } = await createZipFromDir({ path, version }, tree, zip);
      const mod = Buffer.from(files["go.mod"] ?? `module ${path}\n`);
      this.zips.set(name, zip);
      this.#mods.set(name, mod);
      this.goSum += `${path} ${version} ${h1}\n${path} ${version}/go.mod ${hashGoMod(mod)}\n`;
    }
  }

  /** Writes a project with the go.sum of all modules; returns its directory. */
  project(files: Tree, name = "project"): string {
    const dir = join(this.dir, name);
    writeTree(dir, { "go.sum": this.goSum, ...files });
    return dir;
  }

  /** Where the files of a module were written before they were zipped. */
  treeOf(name: string): string {
    return join(this.dir, "trees", name);
  }

  /** Writes the modules into a folder as a GOPROXY has them; returns its URL. */
  proxy(root: string): string {
    for (const [name, zip] of this.zips) {
      const [path, version] = name.split("@") as [string, string];
      const dir = join(root, escapePath(path), "@v");
      mkdirSync(dir, { recursive: true });
      writeFileSync(join(dir, `${version}.zip`), readFileSync(zip));
      writeFileSync(join(dir, `${version}.mod`), this.#mods.get(name)!);
      writeFileSync(join(dir, `${version}.info`), `{"Version":"${version}"}`);
      writeFileSync(join(dir, "list"), `${version}\n`);
    }
    return pathToFileURL(root).href;
  }

  source({ hashLists, trees = false }: { hashLists?: string; trees?: boolean } = {}): ModuleSource {
    const find = <T>(known: ReadonlyMap<string, T>, path: string, version: string, suffix: string): T => {
      this.asked.push(`${path}@${version}.${suffix}`);
      const found = known.get(`${path}@${version}`);
      if (found === undefined) throw new Error(`no such module: ${path}@${version}`);
      return found;
    };
    return {
      ...(hashLists === undefined ? {} : { hashLists: new HashLists(hashLists) }),
      ...(trees ? { tree: ({ path, version }) => this.treeOf(`${path}@${version}`) } : {}),
      mod: async ({ path, version }) => find(this.#mods, path, version, "mod"),
      zip: async ({ path, version }) => find(this.zips, path, version, "zip"),
    };
  }

  read(path: string): string {
    return readFileSync(join(this.dir, path), "utf8");
  }

  dispose(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}
