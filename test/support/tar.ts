import { createReadStream, createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { extract, type Header, pack } from "tar-stream";

export interface TarEntry {
  readonly name: string;
  readonly type: string;
  readonly linkname?: string;
  readonly content: Buffer;
}

/** Every entry of a tar file, in order. */
export async function readTar(file: string): Promise<TarEntry[]> {
  const tar = extract();
  const fed = pipeline(createReadStream(file), tar);
  const entries: TarEntry[] = [];
  for await (const entry of tar) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of entry as unknown as AsyncIterable<Uint8Array>) chunks.push(chunk);
    entries.push({ name: entry.header.name, type: entry.header.type, content: Buffer.concat(chunks) });
  }
  await fed;
  return entries;
}

export async function writeTar(file: string, entries: readonly TarEntry[]): Promise<void> {
  const tar = pack();
  for (const { name, type, linkname, content } of entries) {
    const header = { name, type: type as Header["type"], mtime: new Date(0), ...(linkname && { linkname }) };
    tar.entry({ ...header, size: content.length }, content);
  }
  tar.finalize();
  await pipeline(tar, createWriteStream(file));
}
