import { pipeline, type Readable, type Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { ModwharfError } from "./errors.ts";

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  "x-gzip": createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/**
 * The body without its content encoding. Ours are asked for plain, but some caches compress all the same, and a
 * compressed list of versions read as text is an empty one. Throws REMOTE_BAD_ANSWER for an unknown encoding.
 */
export function decoded(body: Readable, encoding: string): Readable {
  const decoder = DECODERS[encoding.trim().toLowerCase()];
  if (decoder === undefined) {
    body.on("error", () => {}).destroy();
    throw new ModwharfError("REMOTE_BAD_ANSWER", "the answer is compressed in a way that was not asked for", {
      expected: "no content-encoding",
      actual: encoding.slice(0, 50),
    });
  }
  // The reader sees a failure of either stream as the decoder's own.
  return pipeline(body, decoder(), () => {});
}
