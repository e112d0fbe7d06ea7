import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ModwharfError } from "../base/errors.ts";
import { exists, temporaryDirectory } from "../base/files.ts";
import { type RetryPolicy, retryDelayMs } from "../base/retry.ts";
import type { H1 } from "../dirhash/h1.ts";
import { hashZip } from "../zip/hash.ts";
import type { Backend, StoredObject } from "./backend.ts";

/** go.mod and `list` are small: more than Go's own limit for a go.mod is no answer to trust. */
const MAX_SMALL_BYTES = 16 * 1024 * 1024;

/** Reads stored objects whole, whatever the network does in the middle of a body. */
export class StoredReader {
  readonly #backend: Backend;
  readonly #retry: Partial<RetryPolicy>;

  constructor(backend: Backend, retry: Partial<RetryPolicy> = {}) {
    this.#backend = backend;
    this.#retry = retry;
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
   * Throws ZIP_INVALID when the object is no module zip.
   */
  async h1OfZip(key: string): Promise<H1 | undefined> {
    const local = this.#backend.localFile?.(key);
    if (local !== undefined) return (await exists(local)) ? await hashZip(local) : undefined;
    const scratch = await temporaryDirectory();
    try {
      const file = join(scratch.path, "module.zip");
      const found = await this.#whole(key, (object) => download(key, object, file));
      return found === undefined ? undefined : await hashZip(file);
    } finally {
      await scratch.dispose();
    }
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
        await (this.#retry.sleep ?? pause)(delayMs);
      }
    }
  }
}

/** The body was not what its headers announced: worth another attempt, never worth believing. */
class Garbled extends Error {
  /** Counts as a broken connection for the retry policy. */
  readonly code = "ECONNRESET";
}

async function download(key: string, object: StoredObject, file: string): Promise<true> {
  const hash = createHash("sha256");
  let size = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      size += chunk.length;
      done(null, chunk);
    },
  });
  await pipeline(object.body, measure, createWriteStream(file));
  checkReceived(key, object, size, hash.digest("hex"));
  return true;
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

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
