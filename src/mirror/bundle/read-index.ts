import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { extract } from "tar-stream";
import type { BundleIndex } from "./bundle-index.ts";
import { INDEX_NAME } from "./bundle-index.ts";
import { damaged, noBundle } from "./damaged.ts";
import { bytesOfEntry, type Entry, MAX_INDEX_BYTES } from "./entry.ts";
import { parseIndex } from "./parse-index.ts";

/** The index of a bundle, without reading the rest of it. Throws BUNDLE_INVALID, FILE_UNREADABLE. */
export async function readIndex(file: string): Promise<BundleIndex> {
  const source = createReadStream(file);
  const tar = extract();
  const fed = pipeline(source, tar).catch(() => {});
  let hasBegun = false;
  try {
    for await (const entry of tar) {
      if (entry.header.name !== INDEX_NAME) throw noBundle(file, `an entry ${entry.header.name}`);
      hasBegun = true;
      return parseIndex(await bytesOfEntry(entry as unknown as Entry, MAX_INDEX_BYTES));
    }
    throw noBundle(file, "an empty file");
  } catch (error) {
    throw damaged(file, error, hasBegun);
  } finally {
    source.destroy();
    tar.destroy();
    await fed;
  }
}
