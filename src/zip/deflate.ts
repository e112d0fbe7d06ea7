import { availableParallelism } from "node:os";
import { Readable } from "node:stream";
import { createDeflateRaw, deflateRaw, deflateRawSync, type ZlibOptions } from "node:zlib";

/** The lowest level whose archives are no larger than those of Go's writer; the h1 does not depend on it. */
const LEVEL = 5;

/** Below this the way to the pool and back costs more than deflating here. */
const POOL_MIN_BYTES = 8 * 1024;

/** Jobs handed to the pool beyond those that run, so that a thread which ends finds the next at once. */
const QUEUED_JOBS = 2;

const STREAM_CHUNK_BYTES = 256 * 1024;

/**
 * Deflates whole contents: large ones on the threads of libuv's pool, small ones, and what comes while all threads
 * have work, right here. So the main thread is one worker more, and the bytes do not depend on who did the work.
 */
export class Deflater {
  readonly #threads = Math.max(1, availableParallelism() - 1);
  #jobs = 0;

  /** The raw deflate data of `content`, at once or as a promise. `content` must not change until then. */
  deflate(content: Uint8Array): Uint8Array | Promise<Uint8Array> {
    if (content.length < POOL_MIN_BYTES || this.#jobs >= this.#threads + QUEUED_JOBS) {
      return deflateRawSync(content, optionsFor(content.length));
    }
    this.#jobs += 1;
    return new Promise((resolve, reject) => {
      deflateRaw(content, optionsFor(content.length), (error, deflated) => {
        this.#jobs -= 1;
        if (error === null) resolve(deflated);
        else reject(error);
      });
    });
  }
}

/** Room for the worst case, in one piece: each further piece would be a further round through zlib. */
function optionsFor(sizeBytes: number): ZlibOptions {
  return { level: LEVEL, memLevel: 9, chunkSize: sizeBytes + (sizeBytes >> 8) + 64 };
}

/**
 * Deflates content too large to be held, on the pool. It is cut anew into equal chunks, so that the result does not
 * depend on how it arrived. An error of `content` passes through.
 */
export async function* deflateStream(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const deflate = createDeflateRaw({ level: LEVEL, memLevel: 9, chunkSize: STREAM_CHUNK_BYTES });
  const feed = Readable.from(inEqualChunks(content));
  feed.on("error", (error) => deflate.destroy(error));
  try {
    yield* feed.pipe(deflate);
  } finally {
    feed.destroy();
    deflate.destroy();
  }
}

async function* inEqualChunks(content: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let chunk = Buffer.allocUnsafe(STREAM_CHUNK_BYTES);
  let used = 0;
  for await (const bytes of content) {
    for (let at = 0; at < bytes.length; ) {
      const part = bytes.subarray(at, at + STREAM_CHUNK_BYTES - used);
      chunk.set(part, used);
      used += part.length;
      at += part.length;
      if (used < STREAM_CHUNK_BYTES) continue;
      yield chunk;
      chunk = Buffer.allocUnsafe(STREAM_CHUNK_BYTES);
      used = 0;
    }
  }
  yield chunk.subarray(0, used);
}
