import * as crypto from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { crc32 } from "node:zlib";
import { type H1, Hash1, sha256Hex } from "../dirhash/h1.ts";
import type { ModuleVersion } from "../module/module-version.ts";
import { checkZipVersion } from "./check.ts";
import { ZipContainer } from "./container.ts";
import { Deflater, deflateStream } from "./deflate.ts";
import { MAX_ZIP_BYTES, zipPrefix } from "./files.ts";
import { zipInvalid } from "./problem.ts";
import { BatchedSink, type ZipSink } from "./sink.ts";

/** A file on its way into a module zip; the zip rules have been applied to it (`checkFiles`). */
export interface ZipInput {
  /** Relative to the module's root. */
  readonly path: string;
  /** Content of any other size is refused: the file changed, or the listing lied. */
  readonly sizeBytes: number;
  /** Read once, in the order of the files. A stream of up to 4 MiB is collected, a longer one passed through. */
  readonly content: Uint8Array | AsyncIterable<Uint8Array>;
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
const MAX_BACKLOG_BYTES = 12 * 1024 * 1024;

/** After so much deflating on the main thread the pool's results are looked after. */
const TURN_BYTES = 128 * 1024;

/**
 * Writes the module zip of `inputs`, in their order, to `sink` and computes its h1 on the way. Memory is bounded
 * whatever the sizes. The same inputs give the same bytes on every system with one version of zlib.
 * Throws MODULE_PATH, MODULE_VERSION, ZIP_INVALID (a size differs, or the zip grows beyond 500 MiB); what was written
 * by then is for the caller to discard.
 */
export async function createZip(
  mv: ModuleVersion,
  inputs: Iterable<ZipInput> | AsyncIterable<ZipInput>,
  sink: ZipSink,
): Promise<CreatedZip> {
  checkZipVersion(mv);
  const writer = new ZipWriter(zipPrefix(mv), sink);
  for await (const input of inputs) await writer.add(input);
  return writer.end();
}

/** A file whose turn in the archive has not come, or whose deflating has not ended. */
class Waiting {
  readonly name: string;
  readonly sizeBytes: number;
  readonly crc: number;
  deflated: Uint8Array | undefined;
  /** Settles when `deflated` is there; undefined when it was at once. */
  readonly done: Promise<void> | undefined;

  constructor(name: string, content: Uint8Array, deflated: Uint8Array | Promise<Uint8Array>) {
    this.name = name;
    this.sizeBytes = content.length;
    this.crc = crc32(content);
    if (deflated instanceof Uint8Array) this.deflated = deflated;
    else {
      this.done = deflated.then((bytes) => {
        this.deflated = bytes;
      });
      // Its turn comes later, and with it the error; until then it does not count as unhandled.
      this.done.catch(() => {});
    }
  }
}

class ZipWriter {
  readonly #prefix: string;
  readonly #out: BatchedSink;
  readonly #container: ZipContainer;
  readonly #deflater = new Deflater();
  readonly #h1 = new Hash1();
  readonly #waiting: Waiting[] = [];
  #backlogBytes = 0;
  #turnBytes = 0;
  #files = 0;
  #bytes = 0;

  constructor(prefix: string, sink: ZipSink) {
    this.#prefix = prefix;
    this.#out = new BatchedSink(sink);
    this.#container = new ZipContainer((bytes) => this.#out.push(bytes));
  }

  async add(input: ZipInput): Promise<void> {
    this.#files += 1;
    this.#bytes += input.sizeBytes;
    if (this.#bytes > MAX_ZIP_BYTES) throw tooLarge(this.#prefix);
    if (input.content instanceof Uint8Array) await this.#addWhole(input, input.content);
    else if (input.sizeBytes <= WHOLE_INPUT_BYTES) {
      await this.#addWhole(input, await collect(input, input.content));
    } else await this.#addStream(input, input.content);
    if (this.#container.bytes > MAX_ZIP_BYTES) throw tooLarge(this.#prefix);
  }

  async #addWhole(input: ZipInput, content: Uint8Array): Promise<void> {
    checkSize(input, content.length);
    const name = this.#prefix + input.path;
    const deflated = this.#deflater.deflate(content);
    const entry = new Waiting(name, content, deflated);
    this.#h1.add(name, sha256Hex(content));
    this.#waiting.push(entry);
    this.#backlogBytes += content.length;
    if (entry.deflated !== undefined) this.#turnBytes += content.length;
    if (this.#turnBytes >= TURN_BYTES) {
      this.#turnBytes = 0;
      await setImmediate();
    }
    await this.#writeDone(MAX_BACKLOG_BYTES);
  }

  /** Writes what is done at the head of the line; waits for the head while more than `maxBytes` are in line. */
  async #writeDone(maxBytes: number): Promise<void> {
    let written = 0;
    for (const entry of this.#waiting) {
      if (entry.deflated === undefined && this.#backlogBytes <= maxBytes) break;
      await entry.done;
      const out = this.#container.open(entry.name);
      out.write(entry.deflated!);
      out.end(entry.crc, entry.sizeBytes);
      this.#backlogBytes -= entry.sizeBytes;
      written += 1;
      if (this.#out.isFull) await this.#out.drain();
    }
    this.#waiting.splice(0, written);
  }

  /** Passes a large file through: it waits for those before it, then deflates while it is read. */
  async #addStream(input: ZipInput, content: AsyncIterable<Uint8Array>): Promise<void> {
    await this.#writeDone(-1);
    const name = this.#prefix + input.path;
    const sum = crypto.createHash("sha256");
    const out = this.#container.open(name);
    let crc = 0;
    let size = 0;
    async function* measured() {
      for await (const chunk of content) {
        size += chunk.length;
        if (size > input.sizeBytes) checkSize(input, size);
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
    this.#h1.add(name, sum.digest());
  }

  async end(): Promise<CreatedZip> {
    await this.#writeDone(-1);
    this.#container.end();
    await this.#out.flush();
    const zipBytes = this.#container.bytes;
    if (zipBytes > MAX_ZIP_BYTES) throw tooLarge(this.#prefix);
    return { h1: this.#h1.sum(), files: this.#files, bytes: this.#bytes, zipBytes };
  }
}

async function collect(input: ZipInput, content: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of content) {
    size += chunk.length;
    if (size > input.sizeBytes) checkSize(input, size);
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size);
}

function checkSize({ path, sizeBytes }: ZipInput, actual: number): void {
  if (actual === sizeBytes) return;
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
