import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { HttpClient } from "../../../src/base/http.ts";
import { escapePath, escapeVersion } from "../../../src/module/escape.ts";
import { isSemver } from "../../../src/module/version.ts";
import { ProxyFacts } from "../../../src/policy/proxy-facts.ts";
import { GoproxyClient } from "../../../src/proxy/client.ts";
import { Credentials } from "../../../src/proxy/credentials.ts";
import { Fetcher } from "../../../src/proxy/fetcher.ts";
import { parseGoproxy } from "../../../src/proxy/goproxy-list.ts";
import type { ProxyModules } from "./cases.ts";

/** Versions that a case's proxy offers: all that are versions, or those that the case names. */
export function offered(modules: ProxyModules, only: string | undefined): Map<string, string[]> {
  const allowed =
    only === undefined || only === "" ? undefined : new Set(only.split(",").map((entry) => entry.trim()));
  const versions = new Map<string, string[]>();
  for (const [path, byVersion] of modules) {
    const list = [...byVersion.keys()].filter(
      (version) =>
        isSemver(version) &&
        !version.endsWith("-ignore") &&
        (allowed === undefined || allowed.has(`${path}@${version}`)),
    );
    if (list.length > 0) versions.set(path, list);
  }
  return versions;
}

/** Writes a file:// proxy of these versions below `dir`, without zips: rules of these cases need none. */
export async function fileProxy(
  dir: string,
  modules: ProxyModules,
  versions: ReadonlyMap<string, readonly string[]>,
): Promise<ProxyFacts> {
  for (const [path, list] of versions) {
    const folder = join(dir, escapePath(path), "@v");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "list"), `${list.join("\n")}\n`);
    for (const version of list) {
      const files = modules.get(path)!.get(version)!;
      const goMod = files.get(".mod") ?? files.get("go.mod") ?? `module ${path}\n`;
      await writeFile(join(folder, `${escapeVersion(version)}.mod`), goMod);
    }
  }
  const http = new HttpClient({ connection: {}, userAgent: "test" });
  const fetcher = new Fetcher({ http, credentials: new Credentials({ goauth: "off" }) });
  const client = new GoproxyClient({ fetcher, goproxy: parseGoproxy(pathToFileURL(dir).href) });
  return new ProxyFacts({ client, publicClient: client, cacheDir: undefined });
}
