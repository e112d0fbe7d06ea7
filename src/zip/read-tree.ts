import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { open } from "node:fs/promises";
import { fsPath } from "../dirhash/names.ts";
import { WHOLE_INPUT_BYTES, type ZipInput } from "./create.ts";
import { unreadable } from "./problem.ts";

/** Small files share buffers of this size, which are used again: that spares memory and the garbage collector. */
const SLAB_BYTES = 2 * 1024 * 1024;

/** Smaller files are read without asking for their size first. */
const SMALL_BYTES = 512 * 1024;

const CHUNK_BYTES = 256 * 1024;

/**
 * The files of a directory for `createZip`, each read when its turn comes: synchronously, since for small files that
 * takes less time than handing them to the pool, which is left to zlib. Throws FILE_UNREADABLE.
 */
export function* readTree(dir: string, paths: Iterable<string>): Generator<ZipInput> {
  const free: Slab[] = [];
  let slab = new Slab(free);
  for (const path of paths) {
    if (!slab.hasRoom) slab = slab.replace();
    const content = readInto(`${dir}/${path}`, slab.room());
    if (content.length === SMALL_BYTES) yield large(path, `${dir}/${path}`);
    else {
      slab.take(content.length);
      yield { path, content, release: slab.release };
    }
  }
}

/** A buffer that files take one part after the other of, and that is free again when all have been released. */
class Slab {
  readonly #buffer = Buffer.allocUnsafeSlow(SLAB_BYTES);
  readonly #free: Slab[];
  #used = 0;
  #users = 0;
  #isFull = false;

  constructor(free: Slab[]) {
    this.#free = free;
  }

  get hasRoom(): boolean {
    return this.#used + SMALL_BYTES <= SLAB_BYTES;
  }

  room(): Buffer {
    return this.#buffer.subarray(this.#used, this.#used + SMALL_BYTES);
  }

  take(bytes: number): void {
    this.#used += bytes;
    this.#users += 1;
  }

  readonly release = (): void => {
    this.#users -= 1;
    this.#recycle();
  };

  /** Another slab, of those that are free or a new one; this one is free when its last user has released it. */
  replace(): Slab {
    const next = this.#free.pop() ?? new Slab(this.#free);
    this.#isFull = true;
    this.#recycle();
    return next;
  }

  #recycle(): void {
    if (!this.#isFull || this.#users > 0) return;
    this.#isFull = false;
    this.#used = 0;
    this.#free.push(this);
  }
}

function large(path: string, file: string): ZipInput {
  const sizeBytes = withFile(file, (fd) => fstatSync(fd).size);
  if (sizeBytes > WHOLE_INPUT_BYTES) return { path, sizeBytes, content: readChunks(file) };
  // One byte more shows a file that grows.
  return { path, sizeBytes, content: readInto(file, Buffer.allocUnsafeSlow(sizeBytes + 1)) };
}

/** As much of a file as fits into `buffer`. */
function readInto(file: string, buffer: Buffer): Buffer {
  return withFile(file, (fd) => {
    let got = 0;
    for (let n = -1; n !== 0 && got < buffer.length; got += n)
      n = readSync(fd, buffer, got, buffer.length - got, null);
    return buffer.subarray(0, got);
  });
}

async function* readChunks(file: string): AsyncGenerator<Uint8Array> {
  const handle = await open(fsPath(file));
  try {
    // A fresh buffer each time: zlib may still be at the one before.
    yield* handle.createReadStream({ highWaterMark: CHUNK_BYTES, autoClose: false });
  } catch (error) {
    throw unreadable(file, error);
  } finally {
    await handle.close();
  }
}

function withFile<T>(file: string, use: (fd: number) => T): T {
  let fd: number | undefined;
  try {
    fd = openSync(fsPath(file), "r");
    return use(fd);
  } catch (error) {
    throw unreadable(file, error);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
