import { Readable } from "node:stream";
import { constants, createInflateRaw, type InflateRaw, inflateRawSync } from "node:zlib";
import { countBuffer } from "../base/buffer-garbage.ts";

/*
 * Node's own ways to inflate make a stream, zlib's state and buffers for each call: hashing the 71,000 entries of 393
 * module zips took 4.4 s of CPU with them and takes 4.0 s without. The object below Node's stream can be set back and
 * writes into a buffer that it is given. Only Node itself is meant to know that, so this is done in the releases of Node
 * where it was tried, and a whole entry that does not come out as expected is inflated again in the documented way.
 */

/** The object below a zlib stream, the same in these releases of Node. */
interface Handle {
  reset(): void;
  writeSync(
    flush: number,
    ...buffers: [from: Uint8Array, at: number, length: number, to: Uint8Array, at: number, length: number]
  ): void;
  onerror: (message: string) => void;
}

const KNOWN_MAJORS = /^(?:20|22|24)\./;

/** Most entries have less; the buffer grows for those that have more. */
const FIRST_ROOM_BYTES = 64 * 1024;

const CHUNK_BYTES = 256 * 1024;

/** Inflates one thing after the other into one buffer. */
class Inflater {
  readonly #handle: Handle;
  /** What the handle leaves after a write: room in the output, and unread input. */
  readonly #left: Uint32Array;
  #problem: string | undefined;
  #buffer = Buffer.allocUnsafeSlow(FIRST_ROOM_BYTES);

  constructor(handle: Handle, left: Uint32Array) {
    this.#handle = handle;
    this.#left = left;
    handle.onerror = (message) => {
      this.#problem = message;
    };
  }

  /** The content when it is sound and has exactly `sizeBytes`. */
  whole(deflated: Uint8Array, sizeBytes: number): Buffer | undefined {
    // One byte more than expected: the end of the data is seen, and excess as well.
    const room = sizeBytes + 1;
    this.#begin(room);
    this.#handle.writeSync(constants.Z_FINISH, deflated, 0, deflated.length, this.#buffer, 0, room);
    return this.#problem === undefined && this.#left[0] === 1
      ? this.#buffer.subarray(0, sizeBytes)
      : undefined;
  }

  *chunks(deflated: Iterable<Uint8Array>): Generator<Buffer> {
    this.#begin(CHUNK_BYTES);
    for (const input of deflated) {
      for (let unread = input.length; unread > 0; unread = this.#left[1]!) {
        const { length } = yield* this.#write(constants.Z_NO_FLUSH, input.subarray(input.length - unread));
        // Room is left and so is input: the data end here, and what follows has no meaning.
        if (length < CHUNK_BYTES && this.#left[1]! > 0) return;
      }
    }
    // An error unless the data have come to their end.
    while ((yield* this.#write(constants.Z_FINISH, NOTHING)).length === CHUNK_BYTES);
  }

  #begin(room: number): void {
    if (room > this.#buffer.length)
      this.#buffer = Buffer.allocUnsafeSlow(Math.max(room, 2 * this.#buffer.length));
    this.#problem = undefined;
    this.#handle.reset();
  }

  *#write(flush: number, input: Uint8Array): Generator<Buffer, Buffer> {
    this.#handle.writeSync(flush, input, 0, input.length, this.#buffer, 0, CHUNK_BYTES);
    if (this.#problem !== undefined) throw new Error(this.#problem);
    const made = this.#buffer.subarray(0, CHUNK_BYTES - this.#left[0]!);
    if (made.length > 0) yield made;
    return made;
  }
}

const NOTHING = Buffer.alloc(0);

/** Those of this thread that nobody uses. */
const idle: Inflater[] = [];

/** Undefined where Node's inside is unknown. */
function openInflater(): Inflater | undefined {
  if (!KNOWN_MAJORS.test(process.versions.node)) return undefined;
  const { _handle: handle, _writeState: left } = createInflateRaw() as InflateRaw & {
    _handle?: Partial<Handle>;
    _writeState?: unknown;
  };
  const isKnown = typeof handle?.reset === "function" && typeof handle.writeSync === "function";
  return isKnown && left instanceof Uint32Array ? new Inflater(handle as Handle, left) : undefined;
}

/**
 * The content of raw deflate data that should have `sizeBytes`: valid until anything else is inflated in this thread.
 * Of longer content at most a few bytes more are made. Throws zlib's error when the data are damaged or much longer.
 */
export function inflateWhole(deflated: Uint8Array, sizeBytes: number): Buffer {
  const inflater = idle.pop() ?? openInflater();
  if (inflater !== undefined) {
    idle.push(inflater);
    // A negative size is a lie; the handle would end the process over it.
    const content = sizeBytes < 0 ? undefined : inflater.whole(deflated, sizeBytes);
    if (content !== undefined) return content;
  }
  const room = Math.max(64, sizeBytes + 1);
  const content = inflateRawSync(deflated, { chunkSize: room, maxOutputLength: room });
  countBuffer(content.length);
  return content;
}

/**
 * The content of raw deflate data in pieces, each of which is valid until the next is asked for; so are those of
 * `deflated`. Throws zlib's error when the data are damaged.
 */
export async function* inflateChunks(deflated: Iterable<Buffer>): AsyncGenerator<Buffer> {
  const inflater = idle.pop() ?? openInflater();
  if (inflater === undefined) return yield* inflateStream(deflated);
  try {
    yield* inflater.chunks(deflated);
  } finally {
    idle.push(inflater);
  }
}

async function* inflateStream(deflated: Iterable<Buffer>): AsyncGenerator<Buffer> {
  const inflate = createInflateRaw({ chunkSize: CHUNK_BYTES });
  const feed = Readable.from(copies(deflated));
  feed.on("error", (error) => inflate.destroy(error));
  try {
    yield* feed.pipe(inflate);
  } finally {
    feed.destroy();
    inflate.destroy();
  }
}

/** The next piece is read while zlib is still at this one. */
function* copies(pieces: Iterable<Buffer>): Generator<Buffer> {
  for (const piece of pieces) yield Buffer.from(piece);
}
