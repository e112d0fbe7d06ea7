import type { EntryMode } from "../dirhash/walk.ts";
import type { ModuleVersion } from "../module/module-version.ts";
import { resolveEmbeds } from "./embeds.ts";
import { joinPath, type ModuleTree, parentOf } from "./module-tree.ts";
import { type LoadedPackage, readGoFiles } from "./packages.ts";

/** A file of a vendor directory and where its content is. */
export interface VendoredFile {
  readonly module: ModuleVersion;
  readonly tree: ModuleTree;
  /** Its path in the tree. */
  readonly source: string;
}

/** What goes into a vendor directory beside modules.txt; paths are relative to it, with slashes. */
export class VendoredFiles {
  readonly files = new Map<string, VendoredFile>();
  /** Directories of packages and those above them in their module: a package of tests alone leaves one empty. */
  readonly directories = new Set<string>();
  readonly #isGoAtLeast: (version: string) => boolean;
  readonly #metadataDone = new Set<string>();

  /** `isGoAtLeast` tells of the go version of the project. */
  constructor(isGoAtLeast: (version: string) => boolean) {
    this.#isGoAtLeast = isGoAtLeast;
  }

  /** Adds what `go mod vendor` copies of a package (cmd/go modcmd vendorPkg). */
  async add(loaded: LoadedPackage): Promise<void> {
    this.#copy(loaded, (name) => this.#isSource(loaded, name));
    this.#addMetadata(loaded);
    const { tree, dir, path: importPath } = loaded;
    for (const file of resolveEmbeds({ tree, dir, importPath }, await this.#embedPatterns(loaded))) {
      const path = `${importPath}/${file}`;
      const { module } = loaded;
      if (!this.files.has(path)) this.files.set(path, { module, tree, source: joinPath(dir, file) });
    }
  }

  /** Of Go files, those that some build takes; of others, all: nobody knows what they are for. */
  #isSource({ goFiles }: LoadedPackage, name: string): boolean {
    if (name.endsWith("_test.go")) return false;
    // With these, go commands run below vendor would take a part of it for a module (golang/go#42970).
    if (name === "go.mod" || name === "go.sum") return !this.#isGoAtLeast("1.17");
    return goFiles.get(name)?.builds ?? true;
  }

  /** Licences and the like of all directories up to the module's root. */
  #addMetadata({ module, tree, path, dir }: LoadedPackage): void {
    const at = { module, tree, path, dir };
    for (let isPackage = true; ; isPackage = false) {
      const key = `${module.path} ${at.path}`;
      if (this.#metadataDone.has(key)) return;
      this.#metadataDone.add(key);
      if (!isPackage) this.#copy(at, (name) => METADATA.test(name));
      if (at.path === module.path) return;
      at.path = parentOf(at.path);
      at.dir = parentOf(at.dir);
    }
  }

  #copy(
    { module, tree, path, dir }: Pick<LoadedPackage, "module" | "tree" | "path" | "dir">,
    isWanted: (name: string) => boolean,
  ): void {
    this.directories.add(path);
    for (const [name, mode] of tree.list(dir) ?? new Map<string, EntryMode>()) {
      if (mode !== "regular" || !isWanted(name)) continue;
      this.files.set(`${path}/${name}`, { module, tree, source: joinPath(dir, name) });
    }
  }

  /** In rising order. Before go 1.22 those of tests count too, which are not vendored themselves (golang/go#63473). */
  async #embedPatterns(loaded: LoadedPackage): Promise<string[]> {
    const withTests = !this.#isGoAtLeast("1.22");
    const files = withTests ? await readGoFiles(loaded, { withTests }) : loaded.goFiles;
    const visible = [...files].filter(([name]) => !/^[._]/.test(name));
    return [...new Set(visible.flatMap(([, file]) => file.embeds))].sort();
  }
}

const METADATA = /^(?:AUTHORS|CONTRIBUTORS|COPYLEFT|COPYING|COPYRIGHT|LEGAL|LICENSE|NOTICE|PATENTS)/;
