import { ModwharfError } from "../base/errors.ts";
import { joinUrl } from "../proxy/client.ts";
import type { Fetcher } from "../proxy/fetcher.ts";
import { type GoproxyEntry, isNotFound, tryProxies } from "../proxy/goproxy-list.ts";
import type { Gosumdb } from "./gosumdb.ts";
import type { SumdbOps } from "./ops.ts";

/** Answers are a record with a note, or a tile of 8 KiB. */
const MAX_ANSWER_BYTES = 1024 * 1024;

export interface SumdbRemoteOptions {
  readonly fetcher: Fetcher;
  readonly gosumdb: Gosumdb;
  /** From parseGoproxy: proxies that may stand in for the database. */
  readonly goproxy: readonly GoproxyEntry[];
}

/**
 * Reads from a checksum database as cmd/go does (modfetch/sumdb.go): from the URL that GOSUMDB gives; else through
 * the first proxy that answers `sumdb/<name>/supported`, and then never past it; else directly.
 */
export function sumdbRemote({ fetcher, gosumdb, goproxy }: SumdbRemoteOptions): SumdbOps["readRemote"] {
  let base: Promise<URL> | undefined;
  const find = async () => {
    if (gosumdb.url !== undefined) return gosumdb.url;
    try {
      return await tryProxies(goproxy, async (proxy) => {
        const through = joinUrl(proxy, `sumdb/${gosumdb.name}`);
        await fetcher.bytes(joinUrl(through, "supported"), MAX_ANSWER_BYTES);
        return through;
      });
    } catch (error) {
      if (isNotFound(error) || isDirect(error)) return gosumdb.direct;
      throw error;
    }
  };
  return async (path) => {
    // Found on the first read: what is in the cache needs no network.
    base ??= find();
    base.catch(() => {
      base = undefined;
    });
    return await fetcher.bytes(joinUrl(await base, path), MAX_ANSWER_BYTES);
  };
}

/** The list led to version control, for which a database's own address takes the place. */
function isDirect(error: unknown): boolean {
  return error instanceof ModwharfError && error.code === "NOT_SUPPORTED";
}
