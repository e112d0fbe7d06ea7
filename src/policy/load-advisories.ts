import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { ModwharfError, messageOf } from "../base/errors.ts";
import { bytesOf, type HttpClient, statusError } from "../base/http.ts";
import type { Advisory, AdvisoryRange } from "./osv.ts";

/** The whole database of module-level entries is about 2 MiB; a folder may hold more than Go's. */
const MAX_BYTES = 256 * 1024 * 1024;

/**
 * Reads OSV entries for Go (ossf.github.io/osv-schema) from files, folders of `*.json`, or URLs; a file holds
 * one entry, an array, or one entry a line. Returned by module path.
 *
 * Throws FILE_UNREADABLE, REMOTE…, or USAGE for what is no OSV data: a source that cannot be read must never
 * pass for one that knows of nothing.
 */
export async function loadAdvisories(
  sources: readonly string[],
  { http, cwd }: { http: HttpClient; cwd: string },
): Promise<Map<string, Advisory[]>> {
  const byModule = new Map<string, Advisory[]>();
  for (const source of sources) {
    const texts = /^https?:\/\//.test(source)
      ? [await fetchText(http, source)]
      : await readTexts(join(cwd, source), source);
    for (const text of texts) for (const entry of parseEntries(source, text)) addEntry(byModule, entry);
  }
  return byModule;
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
    return await Promise.all(names.map((name) => readFile(join(path, name), "utf8")));
  } catch (error) {
    throw new ModwharfError("FILE_UNREADABLE", "the vulnerability data cannot be read", {
      subject: source,
      actual: messageOf(error),
      fix: "correct vulnerabilities.sources in the policy",
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

/** The fields of an OSV entry that count here; everything is checked, since the data comes from elsewhere. */
interface RawEntry {
  id?: unknown;
  aliases?: unknown;
  summary?: unknown;
  details?: unknown;
  withdrawn?: unknown;
  affected?: unknown;
  database_specific?: { url?: unknown; review_status?: unknown };
}

interface RawAffected {
  package?: { name?: unknown; ecosystem?: unknown };
  ranges?: unknown;
  ecosystem_specific?: { custom_ranges?: unknown };
}

function addEntry(byModule: Map<string, Advisory[]>, value: unknown): void {
  const entry = value as RawEntry | null;
  if (typeof entry?.id !== "string" || !Array.isArray(entry.affected)) return;
  for (const affected of entry.affected as RawAffected[]) {
    const name = affected?.package?.name;
    if (typeof name !== "string" || affected.package?.ecosystem !== "Go") continue;
    const url = entry.database_specific?.url;
    const advisory: Advisory = {
      id: entry.id,
      aliases: Array.isArray(entry.aliases) ? entry.aliases.filter((alias) => typeof alias === "string") : [],
      summary: firstLine(entry.summary) || firstLine(entry.details),
      url: typeof url === "string" ? url : `https://osv.dev/vulnerability/${entry.id}`,
      reviewed: entry.database_specific?.review_status !== "UNREVIEWED",
      withdrawn: entry.withdrawn !== undefined,
      ranges: [
        ...rangesOf(affected.ranges, false),
        ...rangesOf(affected.ecosystem_specific?.custom_ranges, true),
      ],
    };
    const known = byModule.get(name);
    if (known === undefined) byModule.set(name, [advisory]);
    else known.push(advisory);
  }
}

function firstLine(value: unknown): string {
  return typeof value === "string" ? value.split("\n")[0]!.slice(0, 300) : "";
}

/** Events in file order make half-open intervals: each `introduced` is closed by the next `fixed`. */
function rangesOf(value: unknown, custom: boolean): AdvisoryRange[] {
  if (!Array.isArray(value)) return [];
  const ranges: AdvisoryRange[] = [];
  for (const range of value as { events?: unknown }[]) {
    if (!Array.isArray(range?.events)) continue;
    let open: AdvisoryRange | undefined;
    for (const event of range.events as { introduced?: unknown; fixed?: unknown }[]) {
      if (typeof event?.introduced === "string") {
        open = { introduced: versionText(event.introduced), fixed: "", custom };
        ranges.push(open);
      } else if (typeof event?.fixed === "string" && open !== undefined) {
        open.fixed = versionText(event.fixed);
        open = undefined;
      }
    }
  }
  return ranges;
}

/** OSV writes Go versions without v, and `0` for the beginning. */
function versionText(text: string): string {
  if (text === "0") return "";
  return text.startsWith("v") ? text : `v${text}`;
}
