import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { open, stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { countBuffer } from "../base/buffer-garbage.ts";
import type { StoreFile } from "./store-file.ts";

/** Bytes to store, with everything a storage may want to know before the first of them. */
export interface Content {
  sizeBytes: number;
  /** Hex SHA-256 of the bytes, computed when first asked: storages that can, refuse an upload that differs. */
  sha256: () => Promise<string>;
  /** Opens the bytes anew: once for every attempt of an upload. */
  open(): Readable;
  /** Set when the bytes are a file on disk. */
  file?: string;
  contentType: string;
  cacheControl: string;
}

/** Files of a version never change; `list` grows, so caches may keep it for a minute at most. */
const VERSION_CACHE_CONTROL = "public, max-age=31536000, immutable";
const LIST_CACHE_CONTROL = "public, max-age=60";

const CONTENT_TYPES: Readonly<Record<StoreFile["kind"], string>> = {
  zip: "application/zip",
  mod: "text/plain; charset=utf-8",
  info: "application/json",
  list: "text/plain; charset=utf-8",
};

function headersOf(kind: StoreFile["kind"]): Pick<Content, "contentType" | "cacheControl"> {
  return {
    contentType: CONTENT_TYPES[kind],
    cacheControl: kind === "list" ? LIST_CACHE_CONTROL : VERSION_CACHE_CONTROL,
  };
}

/** Content held in memory. */
export function contentOfBytes(kind: StoreFile["kind"], bytes: Uint8Array): Content {
  return {
    sizeBytes: bytes.byteLength,
    sha256: async () => createHash("sha256").update(bytes).digest("hex"),
    // A one-element array, since Readable.from would take the bytes of a plain Uint8Array one by one.
    open: () => Readable.from([Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)]),
    ...headersOf(kind),
  };
}

/** Content of a file on disk; it is read for its SHA-256 at most once, and never where that is `known`. */
export async function contentOfFile(
  kind: StoreFile["kind"],
  file: string,
  known?: string | undefined,
): Promise<Content> {
  let sha256 = known === undefined ? undefined : Promise.resolve(known);
  const { size } = await stat(file);
  // A small file does not take a large buffer.
  const highWaterMark = Math.max(1, Math.min(CHUNK_BYTES, size));
  return {
    sizeBytes: size,
    sha256: () => {
      sha256 ??= sha256OfFile(file);
      return sha256;
    },
    open: () => fs.createReadStream(file, { highWaterMark, fs: counting }),
    file,
    ...headersOf(kind),
  };
}

const CHUNK_BYTES = 64 * 1024;

/** What streams read files with: each read takes a buffer, which is let go of as soon as it is sent. */
const counting: Pick<typeof fs, "open" | "close"> & { read: typeof readCounted } = {
  open: fs.open,
  close: fs.close,
  read: readCounted,
};

function readCounted(fd: number, buffer: Buffer, ...rest: [number, number, number | null, () => void]): void {
  countBuffer(buffer.length);
  fs.read(fd, buffer, ...rest);
}

const READ_BYTES = 1024 * 1024;

/** Hex SHA-256 of a file, read piece by piece into one buffer. */
export async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash("sha256");
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const buffer = Buffer.allocUnsafe(Math.max(1, Math.min(READ_BYTES, size)));
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length);
      if (bytesRead === 0) return hash.digest("hex");
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}
