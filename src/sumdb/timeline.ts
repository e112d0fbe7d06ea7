import { isIntegrityError, ModwharfError } from "../base/errors.ts";
import { EMPTY_TREE_HASH, formatHash } from "../tlog/hash.ts";
import type { Verifier } from "../tlog/keys.ts";
import { openNote, verifierList } from "../tlog/note.ts";
import { checkTree, proveTree } from "../tlog/proof.ts";
import { type TileReader, tileHashReader } from "../tlog/tile-hash-reader.ts";
import { type HashReader, treeHash } from "../tlog/tree.ts";
import { parseTree, type Tree } from "../tlog/tree-head.ts";
import type { SumdbOps } from "./ops.ts";

/** A tree head and the signed note that it came in; the empty tree needs no signature. */
interface Head {
  readonly tree: Tree;
  readonly note: Buffer;
}

/** When a tree head was signed, as seen from the newest one known before. */
type Moment = "past" | "present" | "future";

const BEGINNING: Head = { tree: { size: 0, hash: EMPTY_TREE_HASH }, note: Buffer.alloc(0) };

/**
 * The one history of a checksum database: every signed tree head that turns up must contain the older ones, or the
 * database has shown different histories to different people. The newest head is kept on disk and only ever
 * replaced by one that contains it.
 */
export class Timeline {
  readonly #verifier: Verifier;
  readonly #tiles: TileReader;
  readonly #ops: SumdbOps;
  #latest = BEGINNING;
  /** That of the newest tree, once it was needed. */
  #reader: { readonly tree: Tree; readonly reader: HashReader } | undefined;
  /** The signed head of the newest tree, once its signature and its own tiles were checked. */
  #checked: Buffer = Buffer.alloc(0);
  #keeping: Promise<void> = Promise.resolve();

  constructor(verifier: Verifier, tiles: TileReader, ops: SumdbOps) {
    this.#verifier = verifier;
    this.#tiles = tiles;
    this.#ops = ops;
  }

  /** The newest tree that is known. */
  get tree(): Tree {
    return this.#latest.tree;
  }

  /** Takes up what earlier runs have seen. */
  async open(): Promise<void> {
    const note = await this.#ops.readLatest(this.#file);
    await this.merge(note).catch((error: unknown) => {
      throw isMalformed(error) ? damagedLatest(this.#file, error) : error;
    });
  }

  /**
   * Checks a signed tree head against the history, and moves on to it when it is newer, on disk too.
   * Throws LOG_FORKED with both heads and the proof when they contradict each other.
   */
  async merge(note: Buffer): Promise<void> {
    if ((await this.#place(note)) !== "future") return;
    // One after the other: of two writers at once, the one with the older head could be the last.
    const kept = this.#keeping.then(() => this.#keep());
    this.#keeping = kept.catch(() => {});
    await kept;
  }

  /** Brings the head on disk to the newest one. */
  async #keep(): Promise<void> {
    for (;;) {
      // Other programs share the file: what they have seen meanwhile is history as well.
      const stored = await this.#ops.readLatest(this.#file);
      if ((await this.#place(stored)) !== "past") return;
      if (await this.#ops.replaceLatest(this.#file, stored, this.#latest.note)) return;
    }
  }

  get #file(): string {
    return `${this.#verifier.name}/latest`;
  }

  async #place(note: Buffer): Promise<Moment> {
    if (note.length === 0) return this.#latest.tree.size === 0 ? "present" : "past";
    // Lookups mostly carry one and the same head, whose signature and tiles were checked when it came first.
    if (note.equals(this.#checked)) return "present";
    const { text } = openNote(note, verifierList(this.#verifier));
    const head = { tree: parseTree(text), note };
    for (;;) {
      const latest = this.#latest;
      if (head.tree.size <= latest.tree.size) {
        await this.#checkContains(head, latest);
        if (this.#latest === latest && isSameTree(head.tree, latest.tree)) this.#checked = note;
        return head.tree.size < latest.tree.size ? "past" : "present";
      }
      await this.#checkContains(latest, head);
      // Another lookup may have moved on during the check; then this head is compared once more.
      if (this.#latest === latest) {
        this.#latest = head;
        this.#checked = Buffer.alloc(0);
        return "future";
      }
    }
  }

  /** Reads hashes of the newest tree; what was proven for it once is not proven again. */
  reader(): HashReader {
    return this.#readerOf(this.#latest.tree);
  }

  #readerOf(tree: Tree): HashReader {
    const known = this.#reader;
    if (known !== undefined && isSameTree(known.tree, tree)) return known.reader;
    const reader = tileHashReader(tree, this.#tiles);
    if (tree === this.#latest.tree) this.#reader = { tree, reader };
    return reader;
  }

  async #checkContains(older: Head, newer: Head): Promise<void> {
    const reader = this.#readerOf(newer.tree);
    const hash = await treeHash(older.tree.size, reader).catch((error: unknown) => {
      throw notComparable(older, newer, error);
    });
    if (hash.equals(older.tree.hash)) return;
    const proof = await proveTree(newer.tree.size, older.tree.size, reader);
    checkTree(proof, newer.tree, { size: older.tree.size, hash });
    throw forked(older, newer, [hash, ...proof].map(formatHash));
  }
}

function isMalformed(error: unknown): boolean {
  return error instanceof ModwharfError && error.code === "REMOTE_BAD_ANSWER";
}

function damagedLatest(file: string, cause: unknown): ModwharfError {
  return new ModwharfError("LOG_UNVERIFIED", "the stored tree head is damaged", {
    subject: file,
    expected: "a signed note",
    fix: "remove this file below GOPATH/pkg/sumdb; it is written again",
    cause,
  });
}

function isSameTree(a: Tree, b: Tree): boolean {
  return a.size === b.size && a.hash.equals(b.hash);
}

function notComparable(older: Head, newer: Head, error: unknown): unknown {
  if (!(error instanceof ModwharfError) || !isIntegrityError(error)) return error;
  const against = older.tree.size === newer.tree.size ? "" : ` against tree#${newer.tree.size}`;
  return new ModwharfError(error.code, `checking tree#${older.tree.size}${against}: ${error.what}`, {
    subject: error.subject,
    expected: error.expected,
    fix: error.fix,
    cause: error,
  });
}

/**
 * The evidence in full, so that it stands without the server: both signed heads, and the proof that the newer one
 * has another hash for the older size.
 */
function forked(older: Head, newer: Head, proof: readonly string[]): ModwharfError {
  const indent = (text: string) => text.replaceAll("\n", "\n\t");
  const evidence = [
    "SECURITY ERROR",
    "go.sum database server misbehavior detected!",
    "",
    `old database:\n\t${indent(older.note.toString("utf8"))}`,
    `new database:\n\t${indent(newer.note.toString("utf8"))}`,
    `proof of misbehavior:\n\t${proof.join("\n\t")}`,
  ];
  return new ModwharfError("LOG_FORKED", evidence.join("\n"), {
    fix: "trust nothing from this database or the proxy before it, and report this message",
  });
}
