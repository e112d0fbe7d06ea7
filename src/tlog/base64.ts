/**
 * Decodes standard base64 with padding as Go's base64.StdEncoding does: line ends inside are skipped, and
 * bits after the last byte are ignored. Undefined for anything else, where Buffer would drop what it does
 * not know and so accept many spellings of one signature.
 */
export function decodeBase64(text: string): Buffer | undefined {
  const bare = text.replace(/[\r\n]/g, "");
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(bare)) return undefined;
  return Buffer.from(bare, "base64");
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text of signed bytes, or undefined unless they are UTF-8 without control characters but newlines. */
export function decodePlainText(bytes: Uint8Array): string | undefined {
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    return undefined;
  }
  return hasControls(text) ? undefined : text;
}

/** True when `text` holds an ASCII control character (below U+0020) other than a newline. */
export function hasControls(text: string): boolean {
  return /[\x00-\x09\x0b-\x1f]/.test(text);
}
