import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseTxtar } from "../../support/txtar.ts";

/** One `.test` file of gorelease: parameters, the files of the release, and what gorelease prints. */
export interface GoreleaseCase {
  /** `basic/v0_patch_suggest`. */
  name: string;
  params: Readonly<Record<string, string>>;
  files: ReadonlyMap<string, string>;
  want: string;
}

/** The modules of the test proxy: files by path and version. */
export type ProxyModules = ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<string, string>>>;

export function readCases(testdata: string): GoreleaseCase[] {
  const dirs = readdirSync(testdata, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return dirs
    .flatMap((dir) =>
      readdirSync(join(testdata, dir.name))
        .filter((file) => file.endsWith(".test"))
        .map((file) => readCase(join(testdata, dir.name, file), `${dir.name}/${file.slice(0, -5)}`)),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function readCase(file: string, name: string): GoreleaseCase {
  const archive = parseTxtar(readFileSync(file));
  const params: Record<string, string> = {};
  for (const raw of archive.comment.split("\n")) {
    const line = raw.replace(/#.*/, "").trim();
    const equals = line.indexOf("=");
    if (equals > 0) params[line.slice(0, equals).trim()] = line.slice(equals + 1).trim();
  }
  const files = new Map(archive.files.map((entry) => [entry.name, text(entry.data)]));
  const want = (files.get("want") ?? "").trim();
  files.delete("want");
  return { name, params, files, want };
}

/** Reads `mod/<path with _>_<version>.txt`; the path is taken from go.mod or .mod, since `_` is ambiguous. */
export function readProxyModules(testdata: string): ProxyModules {
  const modules = new Map<string, Map<string, Map<string, string>>>();
  for (const name of readdirSync(join(testdata, "mod")).sort()) {
    const archive = parseTxtar(readFileSync(join(testdata, "mod", name)));
    const files = new Map(archive.files.map((entry) => [entry.name, text(entry.data)]));
    const version = name.slice(name.lastIndexOf("_") + 1, -".txt".length);
    const path = name.slice(0, name.lastIndexOf("_")).replaceAll("_", "/");
    const versions = modules.get(path) ?? new Map<string, Map<string, string>>();
    modules.set(path, versions.set(version, files));
  }
  return modules;
}

function text(data: string | Uint8Array): string {
  return typeof data === "string" ? data : new TextDecoder().decode(data);
}
