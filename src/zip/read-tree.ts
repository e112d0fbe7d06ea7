import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { open } from "node:fs/promises";
import { fsPath } from "../dirhash/names.ts";
import { WHOLE_INPUT_BYTES, type ZipInput } from "./create.ts";
import { unreadable } from "./problem.ts";

/** Many small files share one buffer of this size, which spares the garbage collector most of its work. */
const SLAB_BYTES = 1024 * 1024;

/** Smaller files are read without asking for their size first. */
const SMALL_BYTES = 64 * 1024;

const CHUNK_BYTES = 256 * 1024;

/**
 * The files of a directory for `createZip`, each read when its turn comes: synchronously, since for small files that
 * takes less time than handing them to the pool, which is left to zlib. Throws FILE_UNREADABLE.
 */
export function* readTree(dir: string, paths: Iterable<string>): Generator<ZipInput> {
  let room = Buffer.alloc(0);
  for (const path of paths) {
    if (room.length < SMALL_BYTES) room = Buffer.allocUnsafeSlow(SLAB_BYTES);
    const content = readInto(`${dir}/${path}`, room.subarray(0, SMALL_BYTES));
    if (content.length === SMALL_BYTES) yield large(path, `${dir}/${path}`);
    else {
      room = room.subarray(content.length);
      yield { path, content };
    }
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
