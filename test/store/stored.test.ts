import { Readable } from "node:stream";
import { expect, test } from "vitest";
import type { Backend, StoredObject } from "../../src/store/backend.ts";
import { StoredReader } from "../../src/store/stored.ts";
import { MAX_ZIP_BYTES } from "../../src/zip/files.ts";

/** A storage whose one object has this body. */
function readerOf(object: Omit<StoredObject, "revision">, maxZipBytes?: number): StoredReader {
  const backend: Pick<Backend, "get"> = { get: async () => ({ ...object, revision: "1" }) };
  return new StoredReader(backend as Backend, { attempts: 1 }, maxZipBytes);
}

test("a stored zip beyond Go's limit is refused before its first byte", async () => {
  const body = new Readable({ read: () => expect.unreachable("the body was read") });
  await expect(
    readerOf({ body, sizeBytes: MAX_ZIP_BYTES + 1 }).h1OfZip("m/@v/v1.0.0.zip"),
  ).rejects.toMatchObject({
    code: "ZIP_INVALID",
    subject: "m/@v/v1.0.0.zip",
    expected: expect.stringContaining("524288000 bytes"),
  });
  expect(body.destroyed).toBe(true);
});

test("one that does not announce its size is read to the limit and no further", async () => {
  let sent = 0;
  const body = new Readable({
    read() {
      sent += 1024;
      this.push(Buffer.alloc(1024));
    },
  });
  await expect(readerOf({ body }, 64 * 1024).h1OfZip("m/@v/v1.0.0.zip")).rejects.toMatchObject({
    code: "ZIP_INVALID",
  });
  expect(body.destroyed).toBe(true);
  expect(sent).toBeLessThan(512 * 1024);
});
