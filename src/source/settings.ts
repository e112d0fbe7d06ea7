import type { GitQuery } from "./git.ts";

/** What we need to know of a repository's own configuration. */
export interface RepositorySettings {
  /** The URL as configured: may hold credentials, so it goes through `publicOrigin` before any use. */
  originUrl: string | undefined;
  isPartialClone: boolean;
}

/** Reads the settings of the user's repository; of several remotes `origin` counts, else the only one. */
export async function readSettings(query: GitQuery): Promise<RepositorySettings> {
  const settings = parseConfigList(await query(["config", "--list", "-z"]));
  const urls = new Map<string, string>();
  let isPartialClone = false;
  for (const { key, value } of settings) {
    const remote = /^remote\.(.+)\.(url|promisor)$/s.exec(key);
    // A remote's first URL is the one that git fetches from.
    if (remote?.[2] === "url" && !urls.has(remote[1]!)) urls.set(remote[1]!, value);
    if (remote?.[2] === "promisor" && value !== "false") isPartialClone = true;
    if (key === "extensions.partialclone") isPartialClone = true;
  }
  const only = urls.size === 1 ? [...urls.values()][0] : undefined;
  return { originUrl: urls.get("origin") ?? only, isPartialClone };
}

/** Splits `git config --list -z`: entries end in NUL, a line break stands between key and value. */
function parseConfigList(text: string): { key: string; value: string }[] {
  return text
    .split("\0")
    .filter((entry) => entry !== "")
    .map((entry) => {
      const end = entry.indexOf("\n");
      return end < 0
        ? { key: entry, value: "true" }
        : { key: entry.slice(0, end), value: entry.slice(end + 1) };
    });
}
