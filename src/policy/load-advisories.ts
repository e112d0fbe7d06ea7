import { readdir, readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { ModwharfError, messageOf } from "../base/errors.ts";
import { asRemoteError, bytesOf, type HttpClient, statusError } from "../base/http.ts";
import type { ModuleVersion } from "../module/module-version.ts";
import type { Advisory } from "./osv.ts";
import { askOsvApi } from "./osv-api.ts";
import { addEntry } from "./osv-entry.ts";

/** The whole database of module-level entries is about 2 MiB; a folder may hold more than Go's. */
const MAX_BYTES = 256 * 1024 * 1024;

export interface AdvisoryRequest {
  /** Files, folders or URLs of OSV data. */
  sources: readonly string[];
  /** The online API; undefined asks none. */
  api: string | undefined;
  /** What the API is asked about. */
  modules: readonly ModuleVersion[];
  /** Whether a server that fails is an error, or told in `failures`. */
  onFailure: "error" | "report";
}

export interface LoadedAdvisories {
  byModule: Map<string, Advisory[]>;
  /** What could not be asked: vulnerabilities may be missing from `byModule`. */
  failures: string[];
}

/**
 * Reads OSV entries for Go (ossf.github.io/osv-schema) from files, folders of `*.json`, URLs and the online API; a
 * file holds one entry, an array, or one entry a line.
 *
 * Throws FILE_UNREADABLE, REMOTE… (unless failures are to be reported), or USAGE for what is no OSV data: a source
 * that cannot be read must never pass for one that knows of nothing.
 */
export async function loadAdvisories(
  request: AdvisoryRequest,
  { http, cwd }: { http: HttpClient; cwd: string },
): Promise<LoadedAdvisories> {
  const loaded: LoadedAdvisories = { byModule: new Map(), failures: [] };
  const { sources, api, modules } = request;
  for (const source of sources) {
    const texts = /^https?:\/\//.test(source)
      ? await attempt(request, loaded, async () => [await fetchText(http, source)])
      : await readTexts(resolve(cwd, source), source);
    for (const text of texts)
      for (const entry of parseEntries(source, text)) addEntry(loaded.byModule, entry);
  }
  if (api !== undefined) {
    const entries = await attempt(request, loaded, () => askOsvApi({ url: api, http }, modules));
    for (const entry of entries) addEntry(loaded.byModule, entry);
  }
  return loaded;
}

/** Asks a server; when the policy wants it so, a failure becomes a line of the report. */
async function attempt<T>(
  { onFailure }: AdvisoryRequest,
  { failures }: LoadedAdvisories,
  ask: () => Promise<T[]>,
): Promise<T[]> {
  try {
    return await ask();
  } catch (thrown) {
    const error = thrown instanceof ModwharfError ? thrown : asRemoteError(thrown);
    if (error === undefined || !error.code.startsWith("REMOTE")) throw thrown;
    if (onFailure === "report") {
      failures.push(error.message);
      return [];
    }
    const { subject, expected, actual, fix = "run again" } = error;
    throw new ModwharfError(error.code, `known vulnerabilities cannot be asked for: ${error.what}`, {
      subject,
      expected,
      actual,
      fix: `${fix}; or report it as not checked with vulnerabilities.onFailure: report in the policy`,
      cause: error,
    });
  }
}

async function fetchText(http: HttpClient, url: string): Promise<string> {
  const response = await http.request(url);
  if (response.status !== 200) throw await statusError(response, "the vulnerability data cannot be fetched");
  return (await bytesOf(response, MAX_BYTES)).toString("utf8");
}

async function readTexts(path: string, source: string): Promise<string[]> {
  try {
    const found = await stat(path);
    if (!found.isDirectory()) return [await readFile(path, "utf8")];
    const names = (await readdir(path, { recursive: true })).filter((name) => name.endsWith(".json")).sort();
    // An empty export, or a folder that the job forgot to fill, knows of nothing.
    if (names.length === 0) throw new Error("the folder holds no .json file");
    return await Promise.all(names.map((name) => readFile(join(path, name), "utf8")));
  } catch (error) {
    throw new ModwharfError("FILE_UNREADABLE", "the vulnerability data cannot be read", {
      subject: source,
      expected: "a file of OSV data, or a folder of such *.json files",
      actual: messageOf(error),
      fix: "correct vulnerabilities.sources in the policy, or --advisories",
      cause: error,
    });
  }
}

function parseEntries(source: string, text: string): unknown[] {
  const trimmed = text.trim();
  try {
    const value: unknown = JSON.parse(trimmed);
    return Array.isArray(value) ? value : [value];
  } catch {
    return trimmed.split("\n").map((line) => {
      try {
        return JSON.parse(line) as unknown;
      } catch (error) {
        throw notOsv(source, messageOf(error));
      }
    });
  }
}

function notOsv(source: string, actual: string): ModwharfError {
  return new ModwharfError("USAGE", "this is no OSV data", {
    subject: source,
    expected: "JSON of the OSV schema",
    actual,
  });
}
