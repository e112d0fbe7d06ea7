import { ModwharfError } from "../base/errors.ts";
import { sha256Hex } from "../dirhash/h1.ts";
import { compareGoVersions } from "../modfile/go-version.ts";
import type { VendoredModule } from "../modfile/modules-txt.ts";
import { formatModuleVersion, type ModuleVersion } from "../module/module-version.ts";
import { filesOfPackages } from "../vendor/listed-packages.ts";
import { VerifiedTree } from "../vendor/verified-tree.ts";
import { MAX_ZIP_BYTES } from "../zip/files.ts";
import type { DependencyFacts, ModuleFiles } from "./facts.ts";
import type { RepositoryChangeContext, RuleHit } from "./rule.ts";
import { joinPath, readFiles, type SourceTree } from "./tree.ts";
import { type VendorChange, type VendorPlace, vendorChange, vendorPlaces } from "./vendor-places.ts";

/**
 * Holds what a change does to vendor directories against go.sum: each file that it adds, modifies or removes, and all
 * files of a module whose section of modules.txt it changes. Modules that it leaves alone are not looked at.
 */
export async function checkVendorChanges({
  repository,
  baseRepository,
  facts,
}: RepositoryChangeContext): Promise<RuleHit[]> {
  const trees = { base: baseRepository.tree, head: repository.tree };
  const hits: RuleHit[] = [];
  for (const place of await vendorPlaces(repository)) {
    const change = await vendorChange(place, trees.base, trees.head);
    if (change.files.size === 0 && change.sections.size === 0) continue;
    const check = new VendorCheck(place, change, { ...trees, facts: facts! });
    hits.push(...(await check.run()));
  }
  return hits;
}

interface Surroundings {
  readonly base: SourceTree;
  readonly head: SourceTree;
  readonly facts: DependencyFacts;
}

class VendorCheck {
  readonly #place: VendorPlace;
  readonly #change: VendorChange;
  readonly #in: Surroundings;
  readonly #hits: RuleHit[] = [];
  /** Changed files that some module accounts for, be it that it cannot be checked. */
  readonly #accounted = new Set<string>();

  constructor(place: VendorPlace, change: VendorChange, surroundings: Surroundings) {
    this.#place = place;
    this.#change = change;
    this.#in = surroundings;
  }

  async run(): Promise<RuleHit[]> {
    for (const section of this.#place.sections) {
      const touched = [...this.#change.files].filter((path) => path.startsWith(`${section.module.path}/`));
      const isTouched = touched.length > 0 || this.#change.sections.has(section);
      if (isTouched && section.packages.length > 0) await this.#checkModule(section, touched);
    }
    for (const path of this.#change.files) {
      if (this.#accounted.has(path) || !this.#in.head.files.has(this.#pathOf(path))) continue;
      this.#hit(path, `${path} belongs to no vendored package`);
    }
    return this.#hits;
  }

  async #checkModule(section: VendoredModule, touched: readonly string[]): Promise<void> {
    const actual = this.#place.replacements.actual(section.module);
    const files = await this.#filesOf(section, actual);
    if (files === undefined) {
      for (const path of touched) this.#accounted.add(path);
      return;
    }
    try {
      await this.#compare(section, { files, actual, touched });
    } catch (error) {
      if (!(error instanceof ModwharfError && error.code === "PACKAGES_UNLOADABLE")) throw error;
      this.#hitAt(section, error.message);
    }
  }

  /** The module's files, proven; undefined, and told, when nothing vouches for them or nobody has them. */
  async #filesOf(section: VendoredModule, actual: ModuleVersion): Promise<ModuleFiles | undefined> {
    const name = formatModuleVersion(section.module);
    if (actual.version === "") {
      const message = `${name} is replaced by the directory ${actual.path}: nothing vouches for its vendored files`;
      this.#hitAt(section, message, "note");
      return undefined;
    }
    const h1 = this.#place.h1Of(actual);
    if (h1 === undefined) {
      const message = `go.sum has no hash of ${formatModuleVersion(actual)}, so nothing vouches for its vendored files`;
      this.#hitAt(section, message);
      return undefined;
    }
    const files = await this.#in.facts.files(actual, h1);
    if (files !== undefined) return files;
    const message = `the vendored files of ${name} were not checked: neither the module cache nor a proxy has the module`;
    this.#hitAt(section, message, "warning");
    return undefined;
  }

  async #compare(section: VendoredModule, { files, actual, touched }: Proven): Promise<void> {
    const { head } = this.#in;
    const isWhole = this.#change.sections.has(section);
    const packages = section.packages.filter((path) => isWhole || touched.some((file) => isNear(path, file)));
    const { module } = section;
    const contents = await this.#contentsBelow(`${module.path}/`);
    const tree = this.#treeOf(module, { files, actual, contents });
    const isGoAtLeast = (version: string) => compareGoVersions(this.#place.goVersion, version) >= 0;
    const expected = await filesOfPackages({ module, packages, tree }, isGoAtLeast);
    const name = formatModuleVersion(module);
    for (const [path, { source }] of expected) {
      this.#accounted.add(path);
      if (!isWhole && !this.#change.files.has(path)) continue;
      const there = head.files.get(this.#pathOf(path));
      if (there === undefined) this.#missing(section, path);
      else if (there.mode !== "regular") this.#hit(path, `${path} is no file but a ${there.mode}`);
      else if (contents.get(path)!.sha256 !== files.hashes.of(source)) {
        this.#hit(path, `${path} is not the file of ${name}`);
      }
    }
  }

  /** The module, its contents read from head or base where these have the right ones. */
  #treeOf(module: ModuleVersion, { files, actual, contents }: Readable): VerifiedTree {
    const { base } = this.#in;
    return new VerifiedTree(files.hashes, {
      name: formatModuleVersion(actual),
      nearby: async (path, sha256) => {
        const here = contents.get(`${module.path}/${path}`);
        if (here?.sha256 === sha256) return here.content ?? (await this.#in.head.read([here.path]))[0];
        const before = this.#pathOf(`${module.path}/${path}`);
        return base.files.get(before)?.mode === "regular" ? (await base.read([before]))[0] : undefined;
      },
      nearbyGoFile: async () => undefined,
      fetch: async () => {},
      read: (path) => files.read(path),
    });
  }

  /** The files of head below a folder of the vendor directory, each read once. */
  async #contentsBelow(prefix: string): Promise<Contents> {
    const { head } = this.#in;
    const start = this.#pathOf(prefix);
    const from = this.#pathOf("").length + 1;
    const contents = new Map<string, VendoredContent>();
    const readable: string[] = [];
    for (const [path, { mode, sizeBytes = 0 }] of head.files) {
      if (!path.startsWith(start) || mode !== "regular") continue;
      if (sizeBytes <= MAX_ZIP_BYTES) readable.push(path);
      else contents.set(path.slice(from), { path, sha256: undefined });
    }
    let room = KEPT_BYTES;
    for await (const { path, content } of readFiles(head, readable)) {
      const isKept = path.endsWith(".go") && content.length <= room;
      if (isKept) room -= content.length;
      contents.set(path.slice(from), {
        path,
        sha256: sha256Hex(content),
        content: isKept ? Uint8Array.from(content) : undefined,
      });
    }
    return contents;
  }

  #missing(section: VendoredModule, path: string): void {
    const message = `${path} of ${formatModuleVersion(section.module)} is missing`;
    if (this.#in.base.files.has(this.#pathOf(path))) this.#hit(path, message);
    else this.#hits.push({ ...this.#placeOf(section), subject: path, message });
  }

  #hit(path: string, message: string): void {
    this.#hits.push({ subject: path, message, file: this.#pathOf(path), line: 1, column: 1 });
  }

  #hitAt(section: VendoredModule, message: string, level?: "note" | "warning"): void {
    const subject = formatModuleVersion(section.module);
    this.#hits.push({
      subject,
      message,
      ...this.#placeOf(section),
      ...(level === undefined ? {} : { level }),
    });
  }

  #placeOf({ line }: VendoredModule): Pick<RuleHit, "file" | "line" | "column"> {
    return { file: this.#pathOf("modules.txt"), line, column: 1 };
  }

  #pathOf(path: string): string {
    return joinPath(this.#place.dir, path);
  }
}

interface Proven {
  readonly files: ModuleFiles;
  /** What stands in for the module, where it is replaced. */
  readonly actual: ModuleVersion;
  readonly touched: readonly string[];
}

/** Go files are read again for the packages that they belong to; of one module's, so many bytes are kept for that. */
const KEPT_BYTES = 64 * 1024 * 1024;

interface VendoredContent {
  readonly path: string;
  /** undefined when the file is larger than any module. */
  readonly sha256: string | undefined;
  readonly content?: Uint8Array | undefined;
}

/** By the name below the vendor directory. */
type Contents = ReadonlyMap<string, VendoredContent>;

interface Readable extends Pick<Proven, "files" | "actual"> {
  readonly contents: Contents;
}

/** True when a vendored file can be one of the package: in it, below it (embedded), or above it (a licence). */
function isNear(packagePath: string, file: string): boolean {
  const dir = file.slice(0, file.lastIndexOf("/"));
  return `${dir}/`.startsWith(`${packagePath}/`) || `${packagePath}/`.startsWith(`${dir}/`);
}
