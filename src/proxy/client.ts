import { posix } from "node:path";
import { ModwharfError } from "../base/errors.ts";
import { Pool } from "../base/pool.ts";
import { escapePath, escapeVersion } from "../module/escape.ts";
import { canonicalModuleVersion } from "../module/major.ts";
import { formatModuleVersion, type ModuleVersion } from "../module/module-version.ts";
import { matchPrefixPatterns } from "../module/patterns.ts";
import { isPseudoVersion, pseudoVersionTime } from "../module/pseudo.ts";
import { isSemver, sortVersions } from "../module/version.ts";
import { MAX_GO_MOD_BYTES, MAX_ZIP_BYTES } from "../zip/files.ts";
import type { Downloaded, Fetcher } from "./fetcher.ts";
import { directNotSupported, type GoproxyEntry, isNotFound, tryProxies } from "./goproxy-list.ts";
import { parseVersionInfo, type VersionInfo } from "./version-info.ts";

export interface GoproxyClientOptions {
  readonly fetcher: Fetcher;
  /** From parseGoproxy. */
  readonly goproxy: readonly GoproxyEntry[];
  /** GONOPROXY patterns: modules that no proxy is asked for. */
  readonly gonoproxy?: string;
  /** Requests under way at once, independent of cores. Default 32. */
  readonly concurrency?: number;
}

/** A client of the GOPROXY protocol (go.dev/ref/mod#goproxy-protocol) for a list of proxies. */
export class GoproxyClient {
  readonly #fetcher: Fetcher;
  readonly #entries: readonly GoproxyEntry[];
  readonly #gonoproxy: string;
  readonly #pool: Pool;

  constructor({ fetcher, goproxy, gonoproxy = "", concurrency = 32 }: GoproxyClientOptions) {
    this.#fetcher = fetcher;
    this.#entries = goproxy;
    this.#gonoproxy = gonoproxy;
    this.#pool = new Pool(concurrency);
  }

  /**
   * The tagged versions of a module in rising order, without pseudo-versions and lines that are no versions.
   * Throws REMOTE_NOT_FOUND when no proxy knows the module.
   */
  async list(path: string): Promise<string[]> {
    const listed = await this.#listed(path);
    return sortVersions(listed.map(({ version }) => version).filter((version) => !isPseudoVersion(version)));
  }

  /**
   * The newest version by the proxy's own judgement (`@latest`), else the newest pseudo-version of the list.
   * cmd/go asks this only when `list` is empty.
   */
  async latest(path: string): Promise<VersionInfo> {
    return await this.#ask(path, async (proxy) => {
      try {
        const url = fileUrl(proxy, path, "@latest");
        return parseVersionInfo(await this.#fetcher.bytes(url), `${path}@latest`);
      } catch (error) {
        if (!isNotFound(error)) throw error;
        const version = newestByTime(parseList(await this.#fetcher.bytes(fileUrl(proxy, path, "@v/list"))));
        if (version === undefined) throw error;
        return parseVersionInfo(await this.#versionFile(proxy, { path, version }, "info"), `${path}@latest`);
      }
    });
  }

  /** The `.info` file's content, checked to be about this very version. */
  async info(module: ModuleVersion): Promise<Buffer> {
    return await this.#ask(module, async (proxy) => {
      const bytes = await this.#versionFile(proxy, module, "info");
      checkInfo(module, bytes);
      return bytes;
    });
  }

  /** The `.mod` file's content. Throws unless the version is canonical. */
  async mod(module: ModuleVersion): Promise<Buffer> {
    checkCanonical(module);
    return await this.#ask(module, (proxy) => this.#versionFile(proxy, module, "mod"));
  }

  /**
   * Streams the `.zip` file into `file`, whatever that held; the caller checks its h1 before anyone sees it, and
   * removes it when this throws. At most 500 MiB, as for go.
   */
  async zip(module: ModuleVersion, file: string): Promise<Downloaded> {
    checkCanonical(module);
    return await this.#ask(module, (proxy) =>
      this.#fetcher.download(versionUrl(proxy, module, "zip"), file, MAX_ZIP_BYTES),
    );
  }

  async #listed(path: string): Promise<ListedVersion[]> {
    return await this.#ask(path, async (proxy) =>
      parseList(await this.#fetcher.bytes(fileUrl(proxy, path, "@v/list"))),
    );
  }

  async #versionFile(proxy: URL, module: ModuleVersion, suffix: "info" | "mod"): Promise<Buffer> {
    return await this.#fetcher.bytes(versionUrl(proxy, module, suffix), MAX_GO_MOD_BYTES);
  }

  async #ask<T>(wanted: string | ModuleVersion, ask: (proxy: URL) => Promise<T>): Promise<T> {
    const [path, subject] =
      typeof wanted === "string" ? [wanted, wanted] : [wanted.path, formatModuleVersion(wanted)];
    if (matchPrefixPatterns(this.#gonoproxy, path)) throw directNotSupported(subject);
    return await this.#pool.run(() => tryProxies(this.#entries, ask, subject));
  }
}

/** A line of `@v/list`: a version, and sometimes its time. */
interface ListedVersion {
  readonly version: string;
  readonly time: string | undefined;
}

function parseList(bytes: Buffer): ListedVersion[] {
  const lines = bytes.toString("utf8").split("\n");
  const words = lines.map((line) => line.trim().split(/\s+/));
  return words.flatMap(([version = "", time]) => (isSemver(version) ? [{ version, time }] : []));
}

/** The newest of those whose time is known; tagged versions without one are not candidates, as in cmd/go. */
function newestByTime(listed: readonly ListedVersion[]): string | undefined {
  let best: { version: string; ms: number } | undefined;
  for (const { version, time } of listed) {
    const known = time !== undefined || isPseudoVersion(version);
    const ms = !known
      ? Number.NaN
      : time === undefined
        ? pseudoVersionTime(version).getTime()
        : Date.parse(time);
    if (ms > (best?.ms ?? Number.NEGATIVE_INFINITY)) best = { version, ms };
  }
  return best?.version;
}

function checkInfo(module: ModuleVersion, bytes: Buffer): void {
  const { version } = parseVersionInfo(bytes, formatModuleVersion(module));
  if (version === module.version || canonicalModuleVersion(module.version) !== module.version) return;
  throw new ModwharfError(
    "REMOTE_BAD_ANSWER",
    "the proxy answered with another version than the one asked for",
    {
      subject: formatModuleVersion(module),
      expected: module.version,
      actual: version,
    },
  );
}

function checkCanonical(module: ModuleVersion): void {
  if (canonicalModuleVersion(module.version) === module.version) return;
  throw new ModwharfError("MODULE_VERSION", "not a canonical version", {
    subject: formatModuleVersion(module),
    expected: "vMAJOR.MINOR.PATCH, possibly with a pre-release or +incompatible",
  });
}

function versionUrl(proxy: URL, { path, version }: ModuleVersion, suffix: "info" | "mod" | "zip"): URL {
  return fileUrl(proxy, path, `@v/${escapeVersion(version)}.${suffix}`);
}

/** The URL of a module's file: `!` goes out as %21 and `+` as itself, which is how go asks. */
function fileUrl(proxy: URL, path: string, file: string): URL {
  return joinUrl(proxy, `${escapePath(path)}/${file}`);
}

/** The URL of a path below another's, escaped as Go's url.PathEscape does but for slashes; a query stays. */
export function joinUrl(base: URL, path: string): URL {
  const escaped = path.replace(/[^A-Za-z0-9\-_.~$&+=:@/]+/g, (text) =>
    [...Buffer.from(text)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join(""),
  );
  const url = new URL(base);
  url.pathname = posix.join(base.pathname, escaped);
  return url;
}
