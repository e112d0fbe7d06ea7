import { join } from "node:path";
import { Database } from "../../mirror/database.ts";
import { ModulePatterns } from "../../mirror/rules.ts";
import type { VouchOptions } from "../../mirror/vouch.ts";
import { type ModuleSource, moduleSource } from "../../modgraph/module-source.ts";
import { askGoForProxy, userPlacesOf, withGoSettings } from "../../platform/go-settings.ts";
import type { Env } from "../../platform/platform.ts";
import { GoproxyClient } from "../../proxy/client.ts";
import { Credentials } from "../../proxy/credentials.ts";
import { Fetcher } from "../../proxy/fetcher.ts";
import { type GoEnv, goEnvOf } from "../../proxy/go-env.ts";
import { parseGoproxy } from "../../proxy/goproxy-list.ts";
import { sumdbDisk } from "../../sumdb/disk.ts";
import { parseGosumdb } from "../../sumdb/gosumdb.ts";
import { sumdbRemote } from "../../sumdb/remote.ts";
import type { CommandContext } from "../command.ts";

type Surroundings = Pick<CommandContext, "platform" | "http">;

export interface ServiceOptions {
  /** A GOPROXY list in place of the user's. */
  readonly goproxy?: string | undefined;
  /** A GOSUMDB value in place of the user's. */
  readonly sumdb?: string | undefined;
  readonly concurrency?: number;
}

/** Where modules come from and who vouches for them, as the user's Go settings and a command's inputs say. */
export interface ModuleServices {
  readonly go: GoEnv;
  readonly client: GoproxyClient;
  /** undefined when GOSUMDB or the input is `off`. */
  readonly database: Database | undefined;
  /** go.mod files and zips out of the module cache, else of the proxies; downloads go into `workDir`. */
  source(workDir: string): ModuleSource;
}

/** The user's Go settings. */
export function goSettings({ platform }: Pick<CommandContext, "platform">): GoEnv {
  const places = userPlacesOf(platform.env);
  return goEnvOf(withGoSettings(platform.env, places), places);
}

/** The GOPROXY list of the settings, else the installed go's own; empty where nobody names one. */
export function goproxyOrDefault({ goproxy }: Pick<GoEnv, "goproxy">, env: Env): string {
  return goproxy || (askGoForProxy(env) ?? "");
}

/** Opens proxies and checksum database; talks to nobody yet. Throws USAGE for malformed settings. */
export function openModuleServices(context: Surroundings, options: ServiceOptions = {}): ModuleServices {
  const go = goSettings(context);
  const { env } = context.platform;
  const credentials = new Credentials({ goauth: go.goauth, netrcFile: go.netrcFile, env });
  const fetcher = new Fetcher({ http: context.http, credentials });
  const goproxy = parseGoproxy(options.goproxy ?? goproxyOrDefault(go, env), go.gonoproxy);
  const { concurrency = 32 } = options;
  const client = new GoproxyClient({ fetcher, goproxy, gonoproxy: go.gonoproxy, concurrency });
  const gosumdb = parseGosumdb(options.sumdb ?? go.gosumdb);
  // Where go keeps them, so that both share what they have seen of the database's history.
  const disk = sumdbDisk({
    cacheDir: join(go.gomodcache, "cache", "download", "sumdb"),
    latestDir: join(go.gopath, "pkg", "sumdb"),
  });
  const database =
    gosumdb &&
    new Database({
      verifier: gosumdb.verifier,
      ops: { ...disk, readRemote: sumdbRemote({ fetcher, gosumdb, goproxy }) },
    });
  return {
    go,
    client,
    database,
    source: (workDir) => moduleSource({ gomodcache: go.gomodcache, client, workDir }),
  };
}

/** Who vouches for modules here; says so where the database is off, since less is checked then. */
export function vouchOptions(
  { platform }: Pick<CommandContext, "platform">,
  { go, database }: Pick<ModuleServices, "go" | "database">,
  allowUnverified: readonly string[],
): VouchOptions {
  if (database === undefined)
    platform.log.warn("the checksum database is off: go.sum alone vouches for modules");
  return { database, gonosumdb: go.gonosumdb, allowUnverified: new ModulePatterns(allowUnverified) };
}
