import { closeSync, openSync, readSync } from "node:fs";
import { writeFileAtomic } from "../base/files.ts";
import { fsPath } from "../dirhash/names.ts";
import type { ModuleVersion } from "../module/module-version.ts";
import { checkZipVersion, errorOf, type FileProblem } from "./check.ts";
import { type CreatedZip, createZip, WHOLE_INPUT_BYTES, type ZipInput } from "./create.ts";
import type { TreeFile } from "./files.ts";
import { unreadable } from "./problem.ts";
import { fileSink } from "./sink.ts";
import { checkListing, listTree } from "./tree.ts";

const CHUNK_BYTES = 256 * 1024;

/**
 * Makes the module zip of a directory (zip.CreateFromDir) and puts it in the place of `outFile` in one step: a file
 * that is not whole is never seen there. Returns what was left out too.
 * Throws MODULE_PATH, MODULE_VERSION, ZIP_INVALID, FILE_UNREADABLE, FILE_UNWRITABLE.
 */
export async function createZipFromDir(
  mv: ModuleVersion,
  dir: string,
  outFile: string,
): Promise<CreatedZip & { readonly omitted: readonly FileProblem[] }> {
  checkZipVersion(mv);
  const listing = listTree(dir);
  const checked = checkListing(listing);
  const problem = errorOf(checked, dir);
  if (problem !== undefined) throw problem;
  const valid = new Set(checked.valid);
  const files = listing.files.filter(({ path }) => valid.has(path));
  let created: CreatedZip | undefined;
  await writeFileAtomic(outFile, async (temporary) => {
    const fd = openSync(temporary, "wx");
    try {
      created = await createZip(mv, readTree(dir, files), fileSink(fd));
    } finally {
      closeSync(fd);
    }
  });
  return { ...created!, omitted: checked.omitted };
}

/** Reads files when their turn comes; synchronously, which for small files beats the pool and leaves it to zlib. */
function* readTree(dir: string, files: readonly TreeFile[]): Generator<ZipInput> {
  for (const { path, sizeBytes } of files) {
    const file = `${dir}/${path}`;
    const content = sizeBytes > WHOLE_INPUT_BYTES ? readChunks(file) : readWhole(file, sizeBytes);
    yield { path, sizeBytes, content };
  }
}

/** The content of a file, or one byte more than expected when it has grown. */
function readWhole(file: string, sizeBytes: number): Uint8Array {
  const buffer = Buffer.allocUnsafe(sizeBytes + 1);
  let got = 0;
  for (const n of reads(file, () => buffer.subarray(got))) got += n;
  return buffer.subarray(0, got);
}

async function* readChunks(file: string): AsyncGenerator<Uint8Array> {
  let buffer: Buffer;
  // A fresh buffer each: zlib may still be at the one before.
  for (const n of reads(file, () => (buffer = Buffer.allocUnsafe(CHUNK_BYTES)))) yield buffer!.subarray(0, n);
}

/** Reads into the buffers that `next` gives, yielding how many bytes, up to the file's end or an empty buffer. */
function* reads(file: string, next: () => Buffer): Generator<number> {
  let fd: number | undefined;
  try {
    fd = openSync(fsPath(file), "r");
    for (;;) {
      const n = readSync(fd, next());
      if (n === 0) return;
      yield n;
    }
  } catch (error) {
    throw unreadable(file, error);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
