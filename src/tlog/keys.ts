import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";
import { isWellFormed } from "../base/bytewise.ts";
import { ModwharfError } from "../base/errors.ts";
import { addSecret } from "../base/redact.ts";
import { decodeBase64 } from "./base64.ts";

/** Checks signatures of one key. */
export interface Verifier {
  /** The name of the server that the key belongs to. */
  readonly name: string;
  /** An unsigned 32-bit hint that tells keys of one name apart; no proof of anything. */
  readonly keyHash: number;
  verify(message: Uint8Array, signature: Uint8Array): boolean;
}

/** Signs with one key. */
export interface Signer {
  readonly name: string;
  readonly keyHash: number;
  sign(message: Uint8Array): Uint8Array;
}

/** The algorithm's byte that precedes a key: the only one that Go's notes know. */
const ED25519 = 1;

const KEY_SIZE = 32;

/** What precedes a 32-byte seed in a PKCS #8 file (RFC 8410, section 7). */
const PKCS8_SEED_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

/** True for a server name that can stand in a note: not empty, no white space, no plus. */
export function isValidServerName(name: string): boolean {
  return name !== "" && isWellFormed(name) && !/[\p{White_Space}+]/u.test(name);
}

/** The first four bytes of SHA-256 over name, newline, algorithm byte and public key; unsigned. */
export function keyHash(name: string, encodedPublicKey: Uint8Array): number {
  return createHash("sha256").update(`${name}\n`).update(encodedPublicKey).digest().readUInt32BE(0);
}

/** `name+hash`, as keys are called in messages; the hash has 8 hexadecimal digits. */
export function formatKeyId(name: string, hash: number): string {
  return `${name}+${hash.toString(16).padStart(8, "0")}`;
}

/**
 * A verifier for a key of the form `name+hash+base64(0x01 ‖ 32-byte Ed25519 public key)`, the hash being 8
 * hexadecimal digits (golang.org/x/mod/sumdb/note). Throws USAGE when the key is malformed.
 */
export function parseVerifierKey(verifierKey: string): Verifier {
  const { name, hash, key } = parseKey(verifierKey, "verifier");
  if (hash !== keyHash(name, key)) throw badKey("verifier", "a key whose hash fits its name and public key");
  const publicKey = publicKeyOf(checkAlgorithm(key, "verifier"));
  return {
    name,
    keyHash: hash,
    verify: (message, signature) => verify(null, message, publicKey, signature),
  };
}

/**
 * A signer for a key of the form `PRIVATE+KEY+name+hash+base64(0x01 ‖ 32-byte seed)`, the hash being that of
 * the public key. Throws USAGE when the key is malformed; no part of it is ever printed.
 */
export function parseSignerKey(signerKey: string): Signer {
  addSecret(signerKey.trim());
  if (!signerKey.startsWith("PRIVATE+KEY+")) throw badKey("signer", "PRIVATE+KEY+name+hash+base64");
  const { name, hash, key } = parseKey(signerKey.slice("PRIVATE+KEY+".length), "signer");
  const privateKey = privateKeyOf(checkAlgorithm(key, "signer"));
  if (hash !== keyHash(name, encodedPublicKey(privateKey))) {
    throw badKey("signer", "a key whose hash fits its name and public key");
  }
  return { name, keyHash: hash, sign: (message) => sign(null, message, privateKey) };
}

/** A new key pair for the server `name`: the signer key is secret, the verifier key is for publication. */
export function generateKeys(name: string): { signerKey: string; verifierKey: string } {
  if (!isValidServerName(name)) {
    throw new ModwharfError("USAGE", "the server name cannot stand in a signed note", {
      subject: name,
      expected: "a name without white space and plus signs, such as sum.example.com",
    });
  }
  const { privateKey } = generateKeyPairSync("ed25519");
  const publicKey = encodedPublicKey(privateKey);
  const seed = Buffer.from(privateKey.export({ format: "jwk" }).d!, "base64url");
  const id = formatKeyId(name, keyHash(name, publicKey));
  const signerKey = `PRIVATE+KEY+${id}+${Buffer.concat([Buffer.of(ED25519), seed]).toString("base64")}`;
  addSecret(signerKey);
  return { signerKey, verifierKey: `${id}+${publicKey.toString("base64")}` };
}

type KeyKind = "verifier" | "signer";

function parseKey(text: string, kind: KeyKind): { name: string; hash: number; key: Buffer } {
  const [, name = "", hash = "", base64 = ""] = /^([^+]*)\+([0-9a-fA-F]{8})\+([\s\S]*)$/.exec(text) ?? [];
  const key = decodeBase64(base64);
  if (hash === "" || !isValidServerName(name) || key === undefined || key.length === 0) {
    throw badKey(kind, "name+hash+base64, the hash being 8 hexadecimal digits");
  }
  return { name, hash: Number.parseInt(hash, 16), key };
}

function checkAlgorithm(key: Buffer, kind: KeyKind): Buffer {
  if (key[0] !== ED25519) throw badKey(kind, "an Ed25519 key (algorithm 1)");
  if (key.length !== 1 + KEY_SIZE) throw badKey(kind, `${KEY_SIZE} bytes of key`);
  return key.subarray(1);
}

function publicKeyOf(key: Buffer): KeyObject {
  const jwk = { kty: "OKP", crv: "Ed25519", x: key.toString("base64url") };
  return createPublicKey({ key: jwk, format: "jwk" });
}

function privateKeyOf(seed: Buffer): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PKCS8_SEED_PREFIX, seed]), format: "der", type: "pkcs8" });
}

function encodedPublicKey(privateKey: KeyObject): Buffer {
  const { x } = createPublicKey(privateKey).export({ format: "jwk" });
  return Buffer.concat([Buffer.of(ED25519), Buffer.from(x!, "base64url")]);
}

/** Never shows the key: the caller cannot know whether a malformed one is a secret. */
function badKey(kind: KeyKind, expected: string): ModwharfError {
  return new ModwharfError("USAGE", `the ${kind} key is malformed`, {
    expected,
    fix: kind === "verifier" ? "copy the whole key that the database publishes" : "use the key as generated",
  });
}
