/** What downloading cost when it was last measured; kept with the cache entry, and nothing but a figure to show. */
export interface Measured {
  readonly bytes: number;
  readonly seconds: number;
}

/** The file of a cache entry that has the figures. */
export const STATS = "download.json";

/** Reads the figures of an entry that anybody may have written: two positive numbers, or nothing. */
export function parseMeasured(text: Uint8Array | undefined): Measured | undefined {
  try {
    const { bytes, seconds } = JSON.parse(Buffer.from(text ?? []).toString("utf8")) as Measured;
    const isFigure = (value: unknown) => typeof value === "number" && Number.isFinite(value) && value > 0;
    return isFigure(bytes) && isFigure(seconds) ? { bytes, seconds } : undefined;
  } catch {
    return undefined;
  }
}

/** The larger of two measurements, which says more. */
export function better(one: Measured | undefined, other: Measured | undefined): Measured | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one.bytes >= other.bytes ? one : other;
}

/** How long downloading `bytes` would take, by what was measured. */
export function downloadSeconds(measured: Measured | undefined, bytes: number): number | undefined {
  return measured === undefined ? undefined : (measured.seconds * bytes) / measured.bytes;
}
