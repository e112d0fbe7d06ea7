import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { extract } from "tar-stream";
import type { BundleIndex } from "./bundle-index.ts";
import { INDEX_NAME, invalidBundle } from "./bundle-index.ts";
import { damaged } from "./damaged.ts";
import { bytesOfEntry, type Entry, MAX_INDEX_BYTES } from "./entry.ts";
import { parseIndex } from "./parse-index.ts";

/** The index of a bundle, without reading the rest of it. Throws BUNDLE_INVALID, FILE_UNREADABLE. */
export async function readIndex(file: string): Promise<BundleIndex> {
  const source = createReadStream(file);
  const tar = extract();
  const fed = pipeline(source, tar).catch(() => {});
  try {
    for await (const entry of tar) {
      if (entry.header.name !== INDEX_NAME) break;
      return parseIndex(await bytesOfEntry(entry as unknown as Entry, MAX_INDEX_BYTES));
    }
    throw invalidBundle("not a bundle: it does not begin with its index", {
      subject: file,
      expected: INDEX_NAME,
    });
  } catch (error) {
    throw damaged(file, error);
  } finally {
    source.destroy();
    tar.destroy();
    await fed;
  }
}
