import { ModwharfError } from "../base/errors.ts";
import { decodeBase64, decodePlainText, hasControls } from "./base64.ts";
import { formatHash, HASH_SIZE, type Hash } from "./hash.ts";
import { MAX_TREE_SIZE } from "./stored-index.ts";

/** What a checksum database signs: how many records it has, and the hash over all of them. */
export interface Tree {
  readonly size: number;
  readonly hash: Hash;
}

const TREE_PREFIX = "go.sum database tree\n";

const MAX_TREE_TEXT_BYTES = 1e6;

/** The text of a tree head's note: a fixed line, the size in decimal, the hash in base64. */
export function formatTree({ size, hash }: Tree): string {
  return `${TREE_PREFIX}${size}\n${formatHash(hash)}\n`;
}

/** Parses a tree head's text; further lines are ignored, as the format allows. Throws REMOTE_BAD_ANSWER. */
export function parseTree(text: string): Tree {
  const [, size = "", base64 = ""] = text.split("\n", 3);
  const hash = decodeBase64(base64);
  const wellFormed =
    text.startsWith(TREE_PREFIX) &&
    text.split("\n", 4).length === 4 &&
    Buffer.byteLength(text) <= MAX_TREE_TEXT_BYTES &&
    /^(?:0|[1-9]\d{0,18})$/.test(size) &&
    hash?.length === HASH_SIZE;
  if (!wellFormed) throw malformed("malformed tree note", `${TREE_PREFIX.trim()}, a number, a hash`);
  if (Number(size) > MAX_TREE_SIZE)
    throw malformed("the tree is too large", `at most ${MAX_TREE_SIZE} records`);
  return { size: Number(size), hash };
}

/** A record as lookups serve it. */
export interface LogRecord {
  readonly id: number;
  /** Not empty, ends in a newline, holds no blank line and no control characters. */
  readonly text: string;
}

/** The record's number on a line, its text, and a blank line. Throws USAGE for a text that no record can have. */
export function formatRecord({ id, text }: LogRecord): string {
  if (!isRecordText(text)) {
    throw new ModwharfError("USAGE", "malformed record", {
      expected: "lines without control characters, each ending in a newline, none blank",
    });
  }
  return `${id}\n${text}\n`;
}

/**
 * Parses the record that `message` begins with; `rest` is what follows its blank line, in a lookup the signed
 * tree head. Throws REMOTE_BAD_ANSWER.
 */
export function parseRecord(message: Uint8Array): LogRecord & { rest: Buffer } {
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
  const afterId = bytes.indexOf("\n") + 1;
  const end = afterId === 0 ? -1 : bytes.indexOf("\n\n", afterId);
  const id = bytes.toString("latin1", 0, Math.max(afterId - 1, 0));
  const text = end < 0 ? undefined : decodePlainText(bytes.subarray(afterId, end + 1));
  if (text === undefined || !/^\d{1,16}$/.test(id) || Number(id) >= MAX_TREE_SIZE || !isRecordText(text)) {
    throw malformed("malformed record", "a number, lines of text, a blank line");
  }
  return { id: Number(id), text, rest: bytes.subarray(end + 2) };
}

function isRecordText(text: string): boolean {
  return text.endsWith("\n") && !text.includes("\n\n") && !hasControls(text);
}

function malformed(what: string, expected: string): ModwharfError {
  return new ModwharfError("REMOTE_BAD_ANSWER", what, { expected });
}
