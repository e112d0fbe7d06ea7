import { writeSync } from "node:fs";

/** Where a zip's bytes go, in order. A promise holds back the next write. */
export interface ZipSink {
  /** `bytes` is reused after the write has ended. */
  write(bytes: Uint8Array): void | Promise<void>;
}

const BATCH_BYTES = 256 * 1024;

/** A sink that appends to an open file. */
export function fileSink(fd: number): ZipSink {
  return {
    write: (bytes) => {
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
    },
  };
}

/** Collects a zip's many small pieces into writes of a quarter of a MiB. */
export class BatchedSink {
  readonly #sink: ZipSink;
  readonly #batch = Buffer.allocUnsafe(BATCH_BYTES);
  #used = 0;
  #pieces: Uint8Array[] = [];
  #waiting = 0;

  constructor(sink: ZipSink) {
    this.#sink = sink;
  }

  /** Takes a piece, which must not change any more. */
  push(piece: Uint8Array): void {
    this.#pieces.push(piece);
    this.#waiting += piece.length;
  }

  /** True when there is enough to write. */
  get isFull(): boolean {
    return this.#waiting >= BATCH_BYTES;
  }

  /** Writes whole batches; the rest with `flush`. */
  async drain(): Promise<void> {
    for (const piece of this.#pieces.splice(0)) {
      for (let at = 0; at < piece.length; ) {
        const part = piece.subarray(at, at + BATCH_BYTES - this.#used);
        this.#batch.set(part, this.#used);
        this.#used += part.length;
        at += part.length;
        if (this.#used === BATCH_BYTES) await this.flush();
      }
    }
    this.#waiting = this.#used;
  }

  async flush(): Promise<void> {
    if (this.#pieces.length > 0) await this.drain();
    const written = this.#sink.write(this.#batch.subarray(0, this.#used));
    this.#used = 0;
    if (written !== undefined) await written;
  }
}
