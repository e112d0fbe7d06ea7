import { isSemver } from "../module/version.ts";
import type { Advisory } from "./osv.ts";
import { customRange, rangesOf } from "./osv-ranges.ts";

/** The fields of an OSV entry that count here; everything is checked, since the data comes from elsewhere. */
interface RawEntry {
  id?: unknown;
  aliases?: unknown;
  summary?: unknown;
  details?: unknown;
  withdrawn?: unknown;
  affected?: unknown;
  database_specific?: { url?: unknown; review_status?: unknown; github_reviewed?: unknown };
}

interface RawAffected {
  package?: { name?: unknown; ecosystem?: unknown };
  ranges?: unknown;
  versions?: unknown;
  ecosystem_specific?: { custom_ranges?: unknown };
}

/**
 * Adds what an OSV entry (ossf.github.io/osv-schema) says of Go modules. What is no entry, or of other ecosystems,
 * adds nothing: databases hold index files too.
 */
export function addEntry(byModule: Map<string, Advisory[]>, value: unknown): void {
  const entry = value as RawEntry | null;
  if (typeof entry?.id !== "string" || !Array.isArray(entry.affected)) return;
  for (const affected of entry.affected as RawAffected[]) {
    const name = affected?.package?.name;
    if (typeof name !== "string" || affected.package?.ecosystem !== "Go") continue;
    const advisory = advisoryOf(entry.id, entry, affected);
    const known = byModule.get(name);
    if (known === undefined) byModule.set(name, [advisory]);
    else known.push(advisory);
  }
}

function advisoryOf(id: string, entry: RawEntry, affected: RawAffected): Advisory {
  const { url, review_status, github_reviewed } = entry.database_specific ?? {};
  return {
    id,
    aliases: texts(entry.aliases),
    summary: firstLine(entry.summary) || firstLine(entry.details),
    url: typeof url === "string" ? url : `https://osv.dev/vulnerability/${id}`,
    reviewed: review_status !== "UNREVIEWED" && github_reviewed !== false,
    withdrawn: typeof entry.withdrawn === "string" && entry.withdrawn !== "",
    ranges: [
      ...rangesOf(affected.ranges),
      ...listed(affected.versions),
      ...customRanges(affected.ecosystem_specific?.custom_ranges),
    ],
  };
}

/** A version may be named by itself beside the ranges. */
function listed(versions: unknown): Advisory["ranges"] {
  return texts(versions)
    .map((text) => (text.startsWith("v") ? text : `v${text}`))
    .filter(isSemver)
    .map((version) => ({ introduced: version, fixed: "", lastAffected: version, custom: false }));
}

function customRanges(value: unknown): Advisory["ranges"] {
  return Array.isArray(value) && value.length > 0 ? [customRange] : [];
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((text): text is string => typeof text === "string") : [];
}

function firstLine(value: unknown): string {
  return typeof value === "string" ? value.split("\n")[0]!.slice(0, 300) : "";
}
