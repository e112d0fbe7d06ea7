import { ModwharfError } from "../base/errors.ts";
import { decodeBase64, decodePlainText } from "./base64.ts";
import { formatKeyId, isValidServerName, type Signer, type Verifier } from "./keys.ts";

/** One signature line of a note. */
export interface Signature {
  readonly name: string;
  readonly keyHash: number;
  /** Key hash (4 bytes, big endian) and signature, as in the line. */
  readonly base64: string;
}

/** A text with its signatures. */
export interface Note {
  /** Ends in a newline; the signatures are over its UTF-8 form. */
  readonly text: string;
  /** Signatures that a known key has made. */
  readonly signatures: readonly Signature[];
  /** Signatures of keys that the reader does not know; they say nothing. */
  readonly unverified: readonly Signature[];
}

/** Finds the verifier of a key by name and hash; undefined when the key is not known. */
export type Verifiers = (name: string, keyHash: number) => Verifier | undefined;

/** More lines than this are refused, so that nobody can make a reader check signatures for ever. */
const MAX_SIGNATURES = 100;

const SIGNATURE_PREFIX = "— ";

/**
 * Knows exactly `verifiers`. Two of them with one name and hash make any use of that pair an error
 * (LOG_UNVERIFIED): whoever brought that about controls the list.
 */
export function verifierList(...verifiers: readonly Verifier[]): Verifiers {
  return (name, keyHash) => {
    const found = verifiers.filter((verifier) => verifier.name === name && verifier.keyHash === keyHash);
    if (found.length > 1) throw unverified("ambiguous key", formatKeyId(name, keyHash));
    return found[0];
  };
}

/**
 * Parses a signed note and checks the signatures of known keys (golang.org/x/mod/sumdb/note, Open).
 *
 * The message is attacker-controlled. Throws REMOTE_BAD_ANSWER when it is no note, LOG_UNVERIFIED when a
 * known key's signature is wrong or when no known key has signed.
 */
export function openNote(message: Uint8Array, known: Verifiers): Note {
  const { text, signatures } = parseNote(message);
  const signed = Buffer.from(text);
  const verified = new Map<string, Signature>();
  const others = new Map<string, Signature>();
  for (const signature of signatures) {
    const id = formatKeyId(signature.name, signature.keyHash);
    const verifier = known(signature.name, signature.keyHash);
    if (verifier === undefined) {
      others.set(`${signature.name} ${signature.base64}`, signature);
      continue;
    }
    if (verifier.name !== signature.name || verifier.keyHash !== signature.keyHash) {
      throw unverified("the verifier's name or hash does not match the signature", id);
    }
    if (verified.has(id)) continue;
    if (!verifier.verify(signed, decodeBase64(signature.base64)!.subarray(4))) {
      throw unverified("invalid signature", id);
    }
    verified.set(id, signature);
  }
  if (verified.size === 0) {
    const ids = signatures.map(({ name, keyHash }) => formatKeyId(name, keyHash));
    throw unverified("the note has no signature of a known key", ids.slice(0, 5).join(", "));
  }
  return { text, signatures: [...verified.values()], unverified: [...others.values()] };
}

/** Takes a note apart without checking any signature. Throws REMOTE_BAD_ANSWER when it is no note. */
export function parseNote(message: Uint8Array): { text: string; signatures: Signature[] } {
  const decoded = decodePlainText(message);
  if (decoded === undefined) throw malformed("UTF-8 text without control characters");
  const split = decoded.lastIndexOf("\n\n");
  if (split < 0) throw malformed("a blank line before the signatures");
  const lines = decoded.slice(split + 2).split("\n");
  if (lines.pop() !== "" || lines.length === 0) throw malformed("signature lines that end in a newline");
  if (lines.length > MAX_SIGNATURES) throw malformed(`at most ${MAX_SIGNATURES} signatures`);
  return { text: decoded.slice(0, split + 1), signatures: lines.map(parseSignature) };
}

function parseSignature(line: string): Signature {
  const [, name = "", base64 = ""] = /^— ([^ ]*) (.+)$/.exec(line) ?? [];
  const raw = decodeBase64(base64);
  if (!isValidServerName(name) || raw === undefined || raw.length < 5) {
    throw malformed("signature lines of the form “— name base64”");
  }
  return { name, keyHash: raw.readUInt32BE(0), base64 };
}

/**
 * Signs a note and returns the message. Signatures that the note has already come first; one by the key of a
 * signer is replaced. Throws USAGE when the text lacks its final newline or a signature is malformed.
 */
export function signNote(
  note: Pick<Note, "text"> & Partial<Omit<Note, "text">>,
  ...signers: readonly Signer[]
): Buffer {
  if (!note.text.endsWith("\n")) throw unsignable("a text that ends in a newline");
  const text = Buffer.from(note.text);
  const fresh = new Map<string, string>();
  for (const signer of signers) {
    if (!isValidServerName(signer.name)) throw unsignable("signers with a valid name");
    const hash = Buffer.alloc(4);
    hash.writeUInt32BE(signer.keyHash);
    const base64 = Buffer.concat([hash, signer.sign(text)]).toString("base64");
    fresh.set(formatKeyId(signer.name, signer.keyHash), `${SIGNATURE_PREFIX}${signer.name} ${base64}\n`);
  }
  const kept = [...(note.signatures ?? []), ...(note.unverified ?? [])].map((signature) => {
    if (!isValidServerName(signature.name)) throw unsignable("signatures with a valid name");
    if (fresh.has(formatKeyId(signature.name, signature.keyHash))) return "";
    const raw = decodeBase64(signature.base64);
    if (raw === undefined || raw.length < 4 || raw.readUInt32BE(0) !== signature.keyHash) {
      throw unsignable("signatures that begin with their key's hash");
    }
    return `${SIGNATURE_PREFIX}${signature.name} ${signature.base64}\n`;
  });
  return Buffer.concat([text, Buffer.from(`\n${kept.join("")}${[...fresh.values()].join("")}`)]);
}

function malformed(expected: string): ModwharfError {
  return new ModwharfError("REMOTE_BAD_ANSWER", "malformed note", { expected });
}

function unverified(what: string, subject: string): ModwharfError {
  return new ModwharfError("LOG_UNVERIFIED", what, { subject });
}

function unsignable(expected: string): ModwharfError {
  return new ModwharfError("USAGE", "the note cannot be signed", { expected });
}
