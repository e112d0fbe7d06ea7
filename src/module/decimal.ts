/** The decimal number of any length plus 1. */
export function incrementDecimal(decimal: string): string {
  return String(BigInt(decimal) + 1n);
}

/** The decimal number of any length minus 1; undefined for zero, below which versions do not go. */
export function decrementDecimal(decimal: string): string | undefined {
  const value = BigInt(decimal);
  return value === 0n ? undefined : String(value - 1n);
}
