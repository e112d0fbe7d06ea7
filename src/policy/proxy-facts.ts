import { join } from "node:path";
import { ModwharfError } from "../base/errors.ts";
import { exists, readIfPresent, temporaryDirectory } from "../base/files.ts";
import { FileHashes, h1OfList } from "../dirhash/hash-list.ts";
import { HashLists } from "../modcache/hash-lists.ts";
import { modulePaths } from "../modcache/layout.ts";
import { formatGoMod, type GoMod, parseGoModLax } from "../modfile/go-mod.ts";
import { formatModuleVersion, type ModuleVersion } from "../module/module-version.ts";
import type { GoproxyClient } from "../proxy/client.ts";
import { isNotFound } from "../proxy/goproxy-list.ts";
import { OpenZips } from "../vendor/open-zips.ts";
import { zipPrefix } from "../zip/files.ts";
import { digestModuleZip } from "../zip/hash.ts";
import { openZip } from "../zip/read.ts";
import type { DependencyFacts, ModuleFiles } from "./facts.ts";
import { isLicenceFile } from "./licence-detect.ts";
import { newestVersion } from "./newest-version.ts";

export interface ProxyFactsOptions {
  client: GoproxyClient;
  /** Asked whether private paths exist in public; undefined where nothing says which proxy is public. */
  publicClient: GoproxyClient | undefined;
  /** A GOMODCACHE whose go.mod files and zips save requests; they are of immutable versions. */
  cacheDir: string | undefined;
}

/** Facts from module proxies, each asked once. */
export class ProxyFacts implements DependencyFacts {
  /** Modules that the settings (GONOPROXY, direct) keep from every proxy: nothing is known of them. */
  readonly notAsked = new Set<string>();
  /** Modules that a proxy refuses to serve (403: taken down, or private), with what it said. */
  readonly refused = new Map<string, ModwharfError>();
  /** Modules and versions (`path`, `path@version`) that no proxy has, with what it said: nothing is known of them. */
  readonly absent = new Map<string, ModwharfError>();
  #answered = 0;
  readonly #options: ProxyFactsOptions;
  readonly #answers = new Map<string, Promise<unknown>>();

  constructor(options: ProxyFactsOptions) {
    this.#options = options;
  }

  versions(path: string): Promise<readonly string[] | undefined> {
    return this.#once(`list ${path}`, () => this.#ask({ path }, () => this.#options.client.list(path)));
  }

  goMod(module: ModuleVersion): Promise<GoMod | undefined> {
    return this.#once(`mod ${module.path} ${module.version}`, async () => {
      const text =
        (await this.#cached(module)) ?? (await this.#ask(module, () => this.#options.client.mod(module)));
      return text === undefined ? undefined : parseGoModLax(`${module.path}@${module.version}/go.mod`, text);
    });
  }

  latest(path: string): Promise<{ version: string; goMod: GoMod } | undefined> {
    return this.#once(`latest ${path}`, async () => {
      const versions = (await this.versions(path)) ?? [];
      const version =
        (await newestVersion(versions, (candidate) => this.#hasGoMod({ path, version: candidate }))) ??
        (await this.#ask({ path }, () => this.#options.client.latest(path)))?.version;
      if (version === undefined) return undefined;
      // A proxy of plain files has no list for a module without tags.
      this.absent.delete(path);
      const goMod = await this.goMod({ path, version });
      return goMod === undefined ? undefined : { version, goMod };
    });
  }

  /** Of a version without go.mod, proxies have one that names the path alone (cmd/go codehost LegacyGoMod). */
  async #hasGoMod(module: ModuleVersion): Promise<boolean> {
    const goMod = await this.goMod(module);
    if (goMod === undefined) return false;
    return new TextDecoder().decode(formatGoMod(goMod)) !== `module ${module.path}\n`;
  }

  licences(module: ModuleVersion): Promise<readonly { name: string; text: string }[] | undefined> {
    return this.#once(`licence ${module.path} ${module.version}`, () =>
      this.#withZip(module, async (file) => licencesIn(file, module)),
    );
  }

  files(module: ModuleVersion, h1: string): Promise<ModuleFiles | undefined> {
    return this.#once(`files ${module.path} ${module.version} ${h1}`, async () => {
      const list = await this.#hashList(module, h1);
      if (list === undefined) return undefined;
      return {
        hashes: new FileHashes(list, zipPrefix(module)),
        read: async (path) => {
          const content = await this.#withZip(module, (file) => fileIn(file, zipPrefix(module) + path));
          if (content === undefined) throw onlyHashesKnown(module, path);
          return content;
        },
      };
    });
  }

  async #hashList(module: ModuleVersion, h1: string): Promise<Uint8Array | undefined> {
    const { cacheDir } = this.#options;
    const lists = cacheDir === undefined ? undefined : HashLists.ofCache(cacheDir);
    const kept = lists?.read(h1);
    if (kept !== undefined) return kept;
    const list = await this.#withZip(module, async (file) => (await digestModuleZip(module, file)).list());
    if (list === undefined) return undefined;
    refuseOther(module, h1, h1OfList(list));
    await lists?.write(h1, list);
    return list;
  }

  /** Uses the zip of the module cache, else one that is downloaded for it; undefined when no proxy has it. */
  async #withZip<T>(module: ModuleVersion, use: (file: string) => Promise<T>): Promise<T | undefined> {
    const { cacheDir, client } = this.#options;
    const known = cacheDir === undefined ? undefined : modulePaths(cacheDir, module).zip;
    if (known !== undefined && (await exists(known))) return use(known);
    const scratch = await temporaryDirectory("modwharf-gate-");
    try {
      const file = join(scratch.path, "module.zip");
      const answer = await this.#ask(module, () => client.zip(module, file));
      return answer === undefined ? undefined : await use(file);
    } finally {
      await scratch.dispose();
    }
  }

  isPublic(path: string): Promise<boolean> {
    return this.#once(`public ${path}`, async () => {
      const { publicClient } = this.#options;
      if (publicClient === undefined) throw noPublicProxy(path);
      const listed = await notFoundAsUndefined(() => publicClient.list(path));
      if (listed !== undefined && listed.length > 0) return true;
      return (await notFoundAsUndefined(() => publicClient.latest(path))) !== undefined;
    });
  }

  #once<T>(key: string, ask: () => Promise<T>): Promise<T> {
    let answer = this.#answers.get(key) as Promise<T> | undefined;
    if (answer === undefined) {
      answer = ask();
      this.#answers.set(key, answer);
    }
    return answer;
  }

  async #cached(module: ModuleVersion): Promise<Uint8Array | undefined> {
    const { cacheDir } = this.#options;
    return cacheDir === undefined ? undefined : readIfPresent(modulePaths(cacheDir, module).mod);
  }

  /**
   * Throws what the proxy answered when it refused every module: then the credentials are wrong, not a module.
   */
  checkAnswered(): void {
    const [first] = this.refused.values();
    if (first !== undefined && this.#answered === 0) throw first;
  }

  async #ask<T>(module: { path: string; version?: string }, ask: () => Promise<T>): Promise<T | undefined> {
    const { path, version } = module;
    try {
      const answer = await ask();
      this.#answered++;
      return answer;
    } catch (error) {
      if (!(error instanceof ModwharfError)) throw error;
      if (isNotFound(error)) {
        this.#answered++;
        this.absent.set(version === undefined ? path : `${path}@${version}`, error);
      } else if (error.code === "NOT_SUPPORTED") this.notAsked.add(path);
      else if (error.code === "REMOTE_AUTH") this.refused.set(path, error);
      else throw error;
      return undefined;
    }
  }
}

async function notFoundAsUndefined<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function refuseOther(module: ModuleVersion, expected: string, actual: string): void {
  if (expected === actual) return;
  throw new ModwharfError("HASH_MISMATCH", "the module zip does not have the hash of go.sum", {
    subject: formatModuleVersion(module),
    expected,
    actual,
    fix: "do not build with it; find out whether the module cache, the proxy or go.sum was changed",
  });
}

/** The list of hashes can outlive its zip in the module cache, and the module its proxies. */
function onlyHashesKnown(module: ModuleVersion, path: string): ModwharfError {
  const name = formatModuleVersion(module);
  return new ModwharfError("REMOTE_NOT_FOUND", "a file of the module is needed, and only its hash is known", {
    subject: `${name}: ${path}`,
    expected: "the module's zip in the module cache or at a proxy",
    fix: `go mod download ${name}`,
  });
}

async function fileIn(zipFile: string, name: string): Promise<Uint8Array> {
  const zips = new OpenZips();
  try {
    return Buffer.from(await zips.read(zipFile, name));
  } finally {
    zips.close();
  }
}

/** A licence text longer than this is something else. */
const MAX_LICENCE_BYTES = 1024 * 1024;

function licencesIn(zipFile: string, { path, version }: ModuleVersion): { name: string; text: string }[] {
  const zip = openZip(zipFile);
  try {
    const prefix = `${path}@${version}/`;
    return zip.entries
      .map((entry) => ({ entry, name: entry.name.startsWith(prefix) ? entry.name.slice(prefix.length) : "" }))
      .filter(({ entry, name }) => isLicenceFile(name) && entry.uncompressedBytes <= MAX_LICENCE_BYTES)
      .map(({ entry, name }) => ({ name, text: zip.content(entry).toString("utf8") }));
  } finally {
    zip.close();
  }
}

function noPublicProxy(path: string): ModwharfError {
  return new ModwharfError("USAGE", "nothing says which proxy is the public one", {
    subject: path,
    expected: "MODWHARF_PUBLIC_GOPROXY, or a GOPROXY list of several proxies, the public one last",
    fix: "set MODWHARF_PUBLIC_GOPROXY, or switch the rule dependency-confusion off in the policy",
  });
}
