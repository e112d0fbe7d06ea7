/** A txtar archive: a comment, then files each introduced by a line `-- name --` (golang.org/x/tools/txtar). */
export interface Txtar {
  readonly comment: string;
  readonly files: readonly { readonly name: string; readonly data: Buffer }[];
}

/** Parses a txtar archive, byte by byte: its text need not be UTF-8. */
export function parseTxtar(bytes: Buffer): Txtar {
  const files: { name: string; data: Buffer }[] = [];
  const markers = [...bytes.toString("latin1").matchAll(/^-- (.*) --\n?/gm)];
  markers.forEach((marker, i) => {
    const start = marker.index + marker[0].length;
    const data = bytes.subarray(start, markers[i + 1]?.index ?? bytes.length);
    const newline = data.length > 0 && data.at(-1) !== 0x0a ? "\n" : "";
    files.push({
      name: Buffer.from(marker[1]!.trim(), "latin1").toString("utf8"),
      data: Buffer.concat([data, Buffer.from(newline)]),
    });
  });
  return { comment: bytes.subarray(0, markers[0]?.index ?? bytes.length).toString("latin1"), files };
}
