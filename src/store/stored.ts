import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ModwharfError } from "../base/errors.ts";
import { exists, temporaryDirectory } from "../base/files.ts";
import { pause, type RetryPolicy, retryDelayMs } from "../base/retry.ts";
import type { H1 } from "../dirhash/h1.ts";
import { MAX_ZIP_BYTES } from "../zip/files.ts";
import { hashZip } from "../zip/hash.ts";
import type { Backend, StoredObject } from "./backend.ts";

/** go.mod and `list` are small: more than Go's own limit for a go.mod is no answer to trust. */
const MAX_SMALL_BYTES = 16 * 1024 * 1024;

/** Reads stored objects whole, whatever the network does in the middle of a body. */
export class StoredReader {
  readonly #backend: Backend;
  readonly #retry: Partial<RetryPolicy>;
  readonly #maxZipBytes: number;

  /** `maxZipBytes`: Go's own limit; others are for tests. */
  constructor(backend: Backend, retry: Partial<RetryPolicy> = {}, maxZipBytes = MAX_ZIP_BYTES) {
    this.#backend = backend;
    this.#retry = retry;
    this.#maxZipBytes = maxZipBytes;
  }

  /** The bytes of a small object with its revision, or undefined when it is absent. */
  bytes(key: string): Promise<{ bytes: Buffer; revision: string } | undefined> {
    return this.#whole(key, async (object) => {
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of object.body as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > MAX_SMALL_BYTES) throw tooLarge(key);
        chunks.push(chunk);
      }
      const bytes = Buffer.concat(chunks);
      checkReceived(key, object, size, createHash("sha256").update(bytes).digest("hex"));
      return { bytes, revision: object.revision };
    });
  }

  /**
   * The h1 of a stored zip, or undefined when it is absent; its bytes go through a temporary file, not memory.
   * Throws ZIP_INVALID when the object is no module zip; one beyond Go's limit is not read to its end.
   */
  async h1OfZip(key: string): Promise<H1 | undefined> {
    const local = this.#backend.localFile?.(key);
    if (local !== undefined) return (await exists(local)) ? await hashZip(local) : undefined;
    const scratch = await temporaryDirectory();
    try {
      const file = join(scratch.path, "module.zip");
      const found = await this.#whole(key, (object) => this.#download(key, object, file));
      return found === undefined ? undefined : await hashZip(file);
    } finally {
      await scratch.dispose();
    }
  }

  async #download(key: string, object: StoredObject, file: string): Promise<true> {
    const limit = this.#maxZipBytes;
    if (object.sizeBytes !== undefined && object.sizeBytes > limit) throw zipTooLarge(key, limit);
    const hash = createHash("sha256");
    let size = 0;
    const measure = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk);
        size += chunk.length;
        if (size > limit) done(zipTooLarge(key, limit));
        else done(null, chunk);
      },
    });
    await pipeline(object.body, measure, createWriteStream(file));
    checkReceived(key, object, size, hash.digest("hex"));
    return true;
  }

  /** Reads an object with `read`, again from its start when the connection broke on the way. */
  async #whole<T>(key: string, read: (object: StoredObject) => Promise<T>): Promise<T | undefined> {
    for (let attempt = 1; ; attempt++) {
      const object = await this.#backend.get(key);
      if (object === undefined) return undefined;
      try {
        return await read(object);
      } catch (error) {
        object.body.destroy();
        const delayMs = retryDelayMs({ attempt, response: undefined, error }, this.#retry);
        if (delayMs === undefined) throw unreadable(key, error);
        await pause(delayMs, this.#retry);
      }
    }
  }
}

/** The body was not what its headers announced: worth another attempt, never worth believing. */
class Garbled extends Error {
  /** Counts as a broken connection for the retry policy. */
  readonly code = "ECONNRESET";
}

function checkReceived(key: string, object: StoredObject, size: number, sha256: string): void {
  if (object.sizeBytes !== undefined && object.sizeBytes !== size) {
    throw new Garbled(`${size} of ${object.sizeBytes} bytes of ${key}`);
  }
  if (object.sha256 !== undefined && object.sha256 !== sha256) {
    throw new Garbled(`SHA-256 ${sha256} where the server announced ${object.sha256}`);
  }
}

function unreadable(key: string, error: unknown): unknown {
  if (error instanceof ModwharfError) return error;
  return new ModwharfError("REMOTE_BAD_ANSWER", "the store does not deliver an object whole", {
    subject: key,
    actual: error instanceof Error ? error.message : String(error),
    cause: error,
  });
}

function tooLarge(key: string): ModwharfError {
  return new ModwharfError("REMOTE_BAD_ANSWER", "a small file of the store is too large", {
    subject: key,
    expected: `at most ${MAX_SMALL_BYTES} bytes`,
  });
}

function zipTooLarge(key: string, maxBytes: number): ModwharfError {
  return new ModwharfError("ZIP_INVALID", "the stored zip is larger than a module zip may be", {
    subject: key,
    expected: `at most ${maxBytes} bytes, Go's own limit`,
    fix: "find out who wrote it; it was not this tool",
  });
}
