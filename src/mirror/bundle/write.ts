import { createReadStream, createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Pack, pack } from "tar-stream";
import { writeOutputFile } from "../../base/output-file.ts";
import { type BundleEntry, type BundleIndex, entriesOf, INDEX_NAME } from "./bundle-index.ts";

/** The content of an entry: bytes, or the path of a file that has them. */
export type EntryContent = Uint8Array | string;

/** Writes a bundle file in one step. The same content gives the same bytes. Throws FILE_UNWRITABLE. */
export async function writeBundle(
  file: string,
  index: BundleIndex,
  contentOf: (entry: BundleEntry) => EntryContent,
): Promise<void> {
  await writeOutputFile(file, async (temporary) => {
    const tar = pack();
    const written = pipeline(tar, createWriteStream(temporary, { flags: "wx" }));
    try {
      await addEntry(tar, INDEX_NAME, Buffer.from(`${JSON.stringify(index)}\n`));
      for (const entry of entriesOf(index)) await addEntry(tar, entry.name, contentOf(entry));
      tar.finalize();
    } catch (error) {
      tar.destroy(error as Error);
      await written.catch(() => {});
      throw error;
    }
    await written;
  });
}

/** Nothing of the machine or the moment: no owner, no time, one mode. */
const FIXED = { mode: 0o644, uid: 0, gid: 0, mtime: new Date(0), type: "file" } as const;

async function addEntry(tar: Pack, name: string, content: EntryContent): Promise<void> {
  if (typeof content !== "string") {
    await new Promise<void>((resolve, reject) => {
      tar.entry({ ...FIXED, name, size: content.length }, Buffer.from(content), (error) =>
        error ? reject(error) : resolve(),
      );
    });
    return;
  }
  const { size } = await stat(content);
  const sink = tar.entry({ ...FIXED, name, size }) as unknown as Writable;
  await pipeline(createReadStream(content), sink);
}
