import * as crypto from "node:crypto";
import { crc32 } from "node:zlib";
import { type H1, Hash1, sha256Hex } from "../dirhash/h1.ts";
import type { ModuleVersion } from "../module/module-version.ts";
import { checkZipVersion } from "./check.ts";
import { ZipContainer } from "./container.ts";
import { type Deflated, Deflater, deflateStream } from "./deflate.ts";
import { MAX_ZIP_BYTES, zipPrefix } from "./files.ts";
import { zipInvalid } from "./problem.ts";
import { BatchedSink, type ZipSink } from "./sink.ts";

/** A file on its way into a module zip; the zip rules have been applied to it (`checkFiles`). */
export interface ZipInput {
  /** Relative to the module's root. */
  readonly path: string;
  /** Content of another size is refused: the file changed, or the listing lied. Required with a stream. */
  readonly sizeBytes?: number;
  /**
   * Read once, in the order of the files; must not change until `release`. A stream of up to 4 MiB is collected, a
   * longer one passed through.
   */
  readonly content: Uint8Array | AsyncIterable<Uint8Array>;
  /** Called when bytes given as `content` are no longer needed, so that their memory can serve again. */
  release?(): void;
}

export interface CreatedZip {
  readonly h1: H1;
  readonly files: number;
  /** Of the files' contents. */
  readonly bytes: number;
  readonly zipBytes: number;
}

/** Files up to this size are deflated whole, several at once. */
export const WHOLE_INPUT_BYTES = 4 * 1024 * 1024;

/** What is being deflated or waits behind it: the bound of this module's memory. */
const MAX_BACKLOG_BYTES = 3 * 1024 * 1024;

/** What a file counts there besides its content, so that there are never too many empty ones. */
const ENTRY_BYTES = 4 * 1024;

/** After so much reading and hashing, or so many files, the pool's results are looked after. */
const TURN_BYTES = 256 * 1024;
const TURN_FILES = 32;

/**
 * Writes the module zip of `inputs`, in their order, to `sink` and computes its h1 on the way. Memory is bounded
 * whatever the sizes. The same inputs give the same bytes on every system with one version of zlib.
 * Throws MODULE_PATH, MODULE_VERSION, ZIP_INVALID (a size differs, or more than 500 MiB); what was written by then is
 * for the caller to discard.
 */
export async function createZip(
  mv: ModuleVersion,
  inputs: Iterable<ZipInput> | AsyncIterable<ZipInput>,
  sink: ZipSink,
): Promise<CreatedZip> {
  checkZipVersion(mv);
  const writer = new ZipWriter(zipPrefix(mv), sink);
  try {
    if (Symbol.asyncIterator in inputs) for await (const input of inputs) await writer.add(input);
    else
      for (const input of inputs) {
        // Awaiting each of 20,000 small files would cost as much as hashing them.
        const pause = writer.add(input);
        if (pause !== undefined) await pause;
      }
    return await writer.end();
  } finally {
    writer.dispose();
  }
}

/** A file whose turn in the archive has not come, or whose deflating has not ended. */
interface Waiting {
  readonly name: string;
  readonly sizeBytes: number;
  readonly crc: number;
  deflated: Deflated | undefined;
}

class ZipWriter {
  readonly #prefix: string;
  readonly #out: BatchedSink;
  readonly #container: ZipContainer;
  readonly #deflater = new Deflater();
  readonly #h1: Hash1;
  /** In the order of the archive. */
  #waiting: Waiting[] = [];
  #backlogBytes = 0;
  #turnBytes = 0;
  #turnFiles = 0;
  #files = 0;
  #bytes = 0;
  #failure: Error | undefined;
  /** Called when the next file has been deflated, or failed to. */
  #onProgress: (() => void) | undefined;

  constructor(prefix: string, sink: ZipSink) {
    this.#prefix = prefix;
    this.#h1 = new Hash1(prefix);
    this.#out = new BatchedSink(sink);
    this.#container = new ZipContainer((bytes) => this.#out.push(bytes));
  }

  /** Takes a file. A promise asks to wait with the next one. */
  add(input: ZipInput): Promise<void> | undefined {
    this.#files += 1;
    const { content, sizeBytes } = input;
    if (content instanceof Uint8Array) {
      checkSize(input, content.length);
      return this.#addWhole(input.path, content, input.release);
    }
    return sizeBytes !== undefined && sizeBytes <= WHOLE_INPUT_BYTES
      ? collect(input, content).then((whole) => this.#addWhole(input.path, whole))
      : this.#addStream(input, content);
  }

  #addWhole(path: string, content: Uint8Array, release?: () => void): Promise<void> | undefined {
    const name = this.#prefix + path;
    this.#count(content.length);
    const entry: Waiting = { name, sizeBytes: content.length, crc: crc32(content), deflated: undefined };
    this.#h1.add(path, sha256Hex(content));
    this.#waiting.push(entry);
    this.#backlogBytes += content.length + ENTRY_BYTES;
    this.#deflater.deflate(content, (error, deflated) => {
      entry.deflated = deflated;
      this.#failure ??= error;
      release?.();
      this.#onProgress?.();
    });
    this.#turnBytes += content.length;
    this.#turnFiles += 1;
    if (this.#turnBytes < TURN_BYTES && this.#turnFiles < TURN_FILES) return undefined;
    return this.#turn();
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > MAX_ZIP_BYTES) throw tooLarge(this.#prefix);
  }

  /** Lets results of the pool come in, and writes them. */
  async #turn(): Promise<void> {
    this.#turnBytes = 0;
    this.#turnFiles = 0;
    await new Promise((resolve) => setImmediate(resolve));
    await this.#writeDone(MAX_BACKLOG_BYTES);
  }

  /** Writes what is done at the head of the line; waits for the head while more than `maxBytes` are in line. */
  async #writeDone(maxBytes: number): Promise<void> {
    let written = 0;
    for (const entry of this.#waiting) {
      while (entry.deflated === undefined && this.#backlogBytes > maxBytes) await this.#progress();
      if (this.#failure !== undefined) throw this.#failure;
      if (entry.deflated === undefined) break;
      this.#container.add(entry.name, entry.deflated, entry.crc, entry.sizeBytes);
      this.#backlogBytes -= entry.sizeBytes + ENTRY_BYTES;
      written += 1;
      if (this.#out.isFull) await this.#out.drain();
    }
    this.#waiting = this.#waiting.slice(written);
    if (this.#container.bytes > MAX_ZIP_BYTES) throw tooLarge(this.#prefix);
  }

  #progress(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    return new Promise((resolve) => {
      this.#onProgress = resolve;
    });
  }

  /** Passes a large file through: it waits for those before it, then deflates while it is read. */
  async #addStream(input: ZipInput, content: AsyncIterable<Uint8Array>): Promise<void> {
    await this.#writeDone(-1);
    const name = this.#prefix + input.path;
    const sum = crypto.createHash("sha256");
    const out = this.#container.open(name);
    const count = (bytes: number) => this.#count(bytes);
    let crc = 0;
    let size = 0;
    async function* measured() {
      for await (const chunk of content) {
        count(chunk.length);
        size += chunk.length;
        crc = crc32(chunk, crc);
        sum.update(chunk);
        yield chunk;
      }
    }
    for await (const chunk of deflateStream(measured())) {
      out.write(chunk);
      if (this.#out.isFull) await this.#out.drain();
    }
    checkSize(input, size);
    out.end(crc, size);
    this.#h1.add(input.path, sum.digest());
  }

  async end(): Promise<CreatedZip> {
    await this.#writeDone(-1);
    this.#container.end();
    await this.#out.flush();
    const zipBytes = this.#container.bytes;
    if (zipBytes > MAX_ZIP_BYTES) throw tooLarge(this.#prefix);
    return { h1: this.#h1.sum(), files: this.#files, bytes: this.#bytes, zipBytes };
  }

  dispose(): void {
    this.#deflater.end();
  }
}

async function collect(input: ZipInput, content: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of content) {
    size += chunk.length;
    if (size > input.sizeBytes!) break;
    chunks.push(chunk);
  }
  checkSize(input, size);
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size);
}

function checkSize({ path, sizeBytes }: ZipInput, actual: number): void {
  if (sizeBytes === undefined || actual === sizeBytes) return;
  throw zipInvalid(`the file is ${actual > sizeBytes ? "larger" : "smaller"} than declared size`, {
    subject: path,
    expected: `${sizeBytes} bytes`,
    actual: actual > sizeBytes ? "more" : `${actual}`,
    fix: "do not change files while they are zipped, then run again",
  });
}

function tooLarge(prefix: string): Error {
  return zipInvalid("the module is too large for Go", {
    subject: prefix.slice(0, -1),
    expected: `at most ${MAX_ZIP_BYTES} bytes`,
    fix: "move large files out of the module, or into a directory with its own go.mod",
  });
}
