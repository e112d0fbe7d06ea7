import { constants, createInflateRaw, type InflateRaw, inflateRawSync } from "node:zlib";
import { countBuffer } from "../base/buffer-garbage.ts";

/*
 * inflateRawSync makes a stream, zlib's state and a buffer for each call: hashing the 71,000 entries of 393 module zips
 * took 4.4 s of CPU with it and takes 3.9 s without. The object below Node's stream can be set back and writes into a
 * buffer that it is given. Only Node itself is meant to know that, so this is done in the releases of Node where it was
 * tried, and whatever does not come out as expected is inflated again in the documented way, which has the last word.
 */

/** The object below a zlib stream, the same in these releases of Node. */
interface Handle {
  reset(): void;
  writeSync(
    flush: number,
    ...buffers: [from: Uint8Array, at: number, length: number, to: Uint8Array, at: number, length: number]
  ): void;
  onerror: () => void;
}

const KNOWN_MAJORS = /^(?:20|22|24)\./;

const FIRST_ROOM_BYTES = 64 * 1024;

/** Inflates into one buffer of this thread. */
class Inflater {
  readonly #handle: Handle;
  /** What the handle leaves after a write: room in the output, then unread input. */
  readonly #left: Uint32Array;
  #failed = false;
  #buffer = Buffer.allocUnsafeSlow(FIRST_ROOM_BYTES);

  constructor(handle: Handle, left: Uint32Array) {
    this.#handle = handle;
    this.#left = left;
    handle.onerror = () => {
      this.#failed = true;
    };
  }

  /** The content when it is sound and has exactly `sizeBytes`. */
  inflate(deflated: Uint8Array, sizeBytes: number): Buffer | undefined {
    // One byte more than expected: the end of the data is seen, and excess as well.
    const room = sizeBytes + 1;
    if (room > this.#buffer.length)
      this.#buffer = Buffer.allocUnsafeSlow(Math.max(room, 2 * this.#buffer.length));
    this.#failed = false;
    this.#handle.reset();
    this.#handle.writeSync(constants.Z_FINISH, deflated, 0, deflated.length, this.#buffer, 0, room);
    return !this.#failed && this.#left[0] === 1 ? this.#buffer.subarray(0, sizeBytes) : undefined;
  }
}

let inflater: Inflater | "none" | undefined;

function openInflater(): Inflater | "none" {
  if (!KNOWN_MAJORS.test(process.versions.node)) return "none";
  const { _handle: handle, _writeState: left } = createInflateRaw() as InflateRaw & {
    _handle?: Partial<Handle>;
    _writeState?: unknown;
  };
  const isKnown = typeof handle?.reset === "function" && typeof handle.writeSync === "function";
  return isKnown && left instanceof Uint32Array ? new Inflater(handle as Handle, left) : "none";
}

/**
 * The content of raw deflate data that should have `sizeBytes`: valid until the next call in this thread. Of longer
 * content at most a few bytes more are made. Throws zlib's error when the data are damaged or much longer.
 */
export function inflateWhole(deflated: Uint8Array, sizeBytes: number): Buffer {
  inflater ??= openInflater();
  // A negative size is a lie; the handle would end the process over it.
  const content = inflater === "none" || sizeBytes < 0 ? undefined : inflater.inflate(deflated, sizeBytes);
  if (content !== undefined) return content;
  const room = Math.max(64, sizeBytes + 1);
  const slowly = inflateRawSync(deflated, { chunkSize: room, maxOutputLength: room });
  countBuffer(slowly.length);
  return slowly;
}
