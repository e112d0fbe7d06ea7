import * as crypto from "node:crypto";
import { ModwharfError } from "../base/errors.ts";
import { decodeBase64 } from "./base64.ts";

/** A SHA-256 hash: exactly 32 bytes. */
export type Hash = Buffer;

/** Bytes of a hash. */
export const HASH_SIZE = 32;

// RFC 6962, section 2.1: the prefix keeps a record from passing for an inner node.
const RECORD_PREFIX = Buffer.of(0);
const NODE_PREFIX = 1;

/** What is hashed for an inner node, filled anew for each: a log's tiles are hundreds of thousands of them. */
const node = Buffer.alloc(1 + 2 * HASH_SIZE, NODE_PREFIX);

/** The hash of a tree without records: SHA-256 of nothing. */
export const EMPTY_TREE_HASH: Hash = crypto.createHash("sha256").digest();

/** The hash of a record's content: SHA-256(0x00 ‖ data). */
export function recordHash(data: Uint8Array | string): Hash {
  return crypto.createHash("sha256").update(RECORD_PREFIX).update(data).digest();
}

/** The hash of an inner node: SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Hash, right: Hash): Hash {
  return nodeHashes(Buffer.concat([left, right]));
}

/** The hashes of the nodes over neighbours, for hashes that stand side by side: half as many. */
export function nodeHashes(below: Buffer): Buffer {
  const hashes = Buffer.alloc(below.length / 2);
  for (let at = 0; at < hashes.length; at += HASH_SIZE) {
    below.copy(node, 1, 2 * at, 2 * at + 2 * HASH_SIZE);
    // A string of bytes: a Buffer for each hash takes longer to make than the hash.
    hashes.write(crypto.hash("sha256", node, "binary"), at, "latin1");
  }
  return hashes;
}

/** Parses the base64 form of a hash. Throws REMOTE_BAD_ANSWER unless it is 32 bytes. */
export function parseHash(text: string): Hash {
  const hash = decodeBase64(text);
  if (hash === undefined || hash.length !== HASH_SIZE) {
    throw new ModwharfError("REMOTE_BAD_ANSWER", "malformed hash", {
      expected: "32 bytes in base64",
      actual: text.slice(0, 100),
    });
  }
  return hash;
}

/** The base64 form of a hash, with padding. */
export function formatHash(hash: Hash): string {
  return hash.toString("base64");
}
