import { escapePath, escapeVersion, unescapePath, unescapeVersion } from "../module/escape.ts";
import { isSemver } from "../module/version.ts";
import type { StoreFile, VersionFileKind } from "./store-file.ts";

/**
 * How a module path and version appear in keys. `escaped` is the GOPROXY protocol's own form (`!azure` for
 * `Azure`); `plain` leaves them as they are, which is what Athens does on S3.
 */
export type Spelling = "escaped" | "plain";

/** The name of a file below the store's root: `example.com/m/@v/v1.0.0.zip`, `example.com/m/@v/list`. */
export function keyOf(file: StoreFile, spelling: Spelling): string {
  // Escaping also checks: nothing but a valid path and version becomes part of a key.
  const escaped = escapePath(file.path);
  const dir = `${spelling === "escaped" ? escaped : file.path}/@v/`;
  if (file.kind === "list") return `${dir}list`;
  const version = escapeVersion(file.version);
  return `${dir}${spelling === "escaped" ? version : file.version}.${file.kind}`;
}

/** The reverse of `keyOf`; undefined for any other name. */
export function fileOfKey(key: string, spelling: Spelling): StoreFile | undefined {
  const match = /^(.+)\/@v\/(?:list|([^/]+)\.(zip|mod|info))$/.exec(key);
  if (match === null) return undefined;
  const [, path = "", version, kind] = match;
  try {
    const file: StoreFile =
      version === undefined
        ? { path: spelling === "escaped" ? unescapePath(path) : path, kind: "list" }
        : {
            path: spelling === "escaped" ? unescapePath(path) : path,
            version: spelling === "escaped" ? unescapeVersion(version) : version,
            kind: kind as VersionFileKind,
          };
    // The key with a space beside a `+incompatible` one is a copy, not a version of its own.
    if (file.kind !== "list" && !isSemver(file.version)) return undefined;
    return keyOf(file, spelling) === key ? file : undefined;
  } catch {
    // Someone else's object under our prefix.
    return undefined;
  }
}

/** The folder of a module's files below the store's root, with its final slash. */
export function folderOf(modulePath: string, spelling: Spelling): string {
  return keyOf({ path: modulePath, kind: "list" }, spelling).slice(0, -"list".length);
}
