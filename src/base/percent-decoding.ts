/** The text behind percent-encoding, or the text itself where a stray `%` shows that there is none, as curl takes it. */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
