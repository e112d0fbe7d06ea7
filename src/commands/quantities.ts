const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** A size for people, in decimal units with three digits: 987 B, 1.23 MB. */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return unit === 0 ? `${value} B` : `${Number(value.toPrecision(3))} ${UNITS[unit]}`;
}

/** "1 module", "2 modules". */
export function countText(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}
