import { Readable } from "node:stream";
import { constants, createDeflateRaw, type DeflateRaw } from "node:zlib";

/** The lowest level whose archives are no larger than those of Go's writer; the h1 does not depend on it. */
const LEVEL = 5;
const MEM_LEVEL = 9;

/** As many as libuv's pool has threads by default, on every machine: the bytes depend on it (see `Lane`). */
const LANES = 4;

const OUTPUT_BYTES = 64 * 1024;
const STREAM_CHUNK_BYTES = 256 * 1024;

/** Raw deflate data in pieces. */
export type Deflated = readonly Uint8Array[];

export type DeflateDone = (error: Error | undefined, deflated: Deflated | undefined) => void;

/** Deflates whole contents, several at once, on the threads of libuv's pool. End it. */
export class Deflater {
  readonly #lanes = Array.from({ length: LANES }, () => new Lane());

  /** Deflates `content`, which must not change until `done` is called. */
  deflate(content: Uint8Array, done: DeflateDone): void {
    let lane = this.#lanes[0]!;
    for (const other of this.#lanes) if (other.takenBytes < lane.takenBytes) lane = other;
    lane.deflate({ content, done });
  }

  /** Frees zlib's memory; what is not done by then never is. */
  end(): void {
    for (const lane of this.#lanes) lane.end();
  }
}

interface Job {
  readonly content: Uint8Array;
  readonly done: DeflateDone;
}

/**
 * One zlib state for one file after the other: making one for each file costs as much as deflating it. zlib's reset
 * leaves old bytes behind the window, which now and then sway a match; so that the same files always give the same
 * archive, the lane of a file follows from the sizes of those before it, never from which lane is idle.
 */
class Lane {
  readonly #stream: DeflateRaw;
  readonly #jobs: Job[] = [];
  #parts: Uint8Array[] = [];
  takenBytes = 0;

  constructor() {
    const flush = constants.Z_FINISH; // every write is a whole file
    this.#stream = createDeflateRaw({ level: LEVEL, memLevel: MEM_LEVEL, chunkSize: OUTPUT_BYTES, flush });
    this.#stream.on("data", (part: Buffer) => this.#parts.push(part));
    this.#stream.on("error", (error) => {
      for (const { done } of this.#jobs.splice(0)) done(error, undefined);
    });
  }

  deflate(job: Job): void {
    // What an entry costs besides its bytes counts too, so that small files spread as well.
    this.takenBytes += job.content.length + 1024;
    this.#jobs.push(job);
    if (this.#jobs.length === 1) this.#next();
  }

  #next(): void {
    this.#stream.write(this.#jobs[0]!.content, (error) => {
      if (error != null || this.#stream.destroyed) return;
      const deflated = this.#parts;
      this.#parts = [];
      this.#stream.reset();
      const { done } = this.#jobs.shift()!;
      if (this.#jobs.length > 0) this.#next();
      done(undefined, deflated);
    });
  }

  end(): void {
    this.#stream.destroy();
  }
}

/**
 * Deflates content too large to be held, on the pool. It is cut anew into equal chunks, so that the result does not
 * depend on how it arrived. An error of `content` passes through.
 */
export async function* deflateStream(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const deflate = createDeflateRaw({ level: LEVEL, memLevel: MEM_LEVEL, chunkSize: STREAM_CHUNK_BYTES });
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
