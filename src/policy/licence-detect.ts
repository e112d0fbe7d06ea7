import { licenceWords, shinglesOf } from "./licence-shingles.ts";

interface Fingerprint {
  /** One identifier, or several joined by OR that share one text. */
  id: string;
  size: number;
  /** Ids of longer licences that contain this one's text, so that both would match. */
  within: string[];
  sample: Uint32Array;
}

export interface LicenceMatch {
  /** An SPDX expression: an identifier, `A OR B` for licences of one text, `A AND B` for several texts. */
  expression: string;
  /** Share of the licence's text that was found, from 0 to 1. */
  confidence: number;
}

/** Less than this much of a licence's text is another licence. */
const MIN_COVERAGE = 0.88;

let fingerprints: Fingerprint[] | undefined;

/**
 * Detects the licence of a text by its wording (SPDX texts as data, overlapping runs of words compared), so that
 * line breaks, headings and the copyright line do not matter. Undefined when no known licence is in it.
 */
export async function detectLicence(text: string): Promise<LicenceMatch | undefined> {
  fingerprints ??= parseFingerprints((await import("./generated/licences.ts")).licenceFingerprints);
  const shingles = shinglesOf(licenceWords(text));
  const matches = fingerprints
    .map((licence) => ({ licence, coverage: coverageOf(licence, shingles) }))
    .filter(({ licence, coverage }) => coverage >= MIN_COVERAGE && licence.size <= shingles.size * 1.2);
  // The longest text that is there in full explains the shorter ones inside it, and its close variants.
  const found: typeof matches = [];
  let explained = 0;
  for (const match of matches.sort((a, b) => score(b) - score(a))) {
    if (found.some((other) => areRelated(match.licence, other.licence))) continue;
    if (found.length > 0 && explained + match.licence.size > shingles.size * 1.1) continue;
    found.push(match);
    explained += match.licence.size;
  }
  if (found.length === 0) return undefined;
  const expressions = found.map(({ licence }) =>
    licence.id.includes(" ") && found.length > 1 ? `(${licence.id})` : licence.id,
  );
  return {
    expression: expressions.join(" AND "),
    confidence: Math.min(...found.map((match) => match.coverage)),
  };
}

function score({ licence, coverage }: { licence: Fingerprint; coverage: number }): number {
  return coverage * coverage * coverage * licence.size;
}

/** One contains the other, so that only the better match of them is there. */
function areRelated(a: Fingerprint, b: Fingerprint): boolean {
  return a.within.includes(b.id) || b.within.includes(a.id);
}

function coverageOf(licence: Fingerprint, shingles: ReadonlySet<number>): number {
  let found = 0;
  for (const hash of licence.sample) if (shingles.has(hash)) found++;
  return found / licence.sample.length;
}

function parseFingerprints(table: string): Fingerprint[] {
  return table
    .trim()
    .split("\n")
    .map((line) => {
      const [id = "", size = "0", within = "", sample = ""] = line.split("\t");
      const bytes = Buffer.from(sample, "base64");
      const hashes = new Uint32Array(bytes.length / 4);
      for (let i = 0; i < hashes.length; i++) hashes[i] = bytes.readUInt32LE(i * 4);
      return { id, size: Number(size), within: within === "" ? [] : within.split(","), sample: hashes };
    });
}

/** True for file names under which modules keep their licence (pkg.go.dev's list, by prefix). */
export function isLicenceFile(name: string): boolean {
  return /^(?:(?:un)?licen[cs]e|copying|copyright)(?:[-._].*)?$/i.test(name);
}
