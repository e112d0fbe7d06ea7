import type { Readable } from "node:stream";
import type { Content } from "./content.ts";
import type { StoreFile } from "./store-file.ts";

/**
 * Whether one content wins when several publishers write the same version at the same moment:
 * `atomic`: the storage itself refuses the second; `detected`: the loser notices afterwards and exits 4.
 */
export type Guarantee = "atomic" | "detected";

/** What is known of a stored object without reading it. */
export interface ObjectState {
  /** Changes whenever the object is replaced; only `replace` of the same backend understands it. */
  revision: string;
  /**
   * Milliseconds since it was written, by the clock of the storage, so that a runner's skewed clock does not
   * matter; Infinity for long ago. May cost a request.
   */
  ageMs: () => Promise<number>;
  /** Hex, when the storage keeps one that it computed itself. */
  sha256?: string | undefined;
}

/** A stored object being read. */
export interface StoredObject {
  /** Must be read or destroyed. */
  body: Readable;
  revision: string;
  /** As announced before the body, when it was. */
  sizeBytes?: number | undefined;
  /** Hex, as announced before the body, when it was. */
  sha256?: string | undefined;
}

/**
 * What a place must do to hold modules. Order, comparison, races and recovery stand once, in store.ts, over
 * these few operations; keys are opaque names that the backend itself derived from a `StoreFile`.
 *
 * Every operation tries transient failures again by itself and throws ModwharfError (REMOTE*, FILE_*).
 */
export interface Backend {
  /** How the store is named in output: its STORE url without anything secret. */
  readonly url: string;
  readonly guarantee: Guarantee;
  /**
   * True as long as every upload was confirmed: the storage has answered with the SHA-256 of what it stored, and that
   * was compared, or it is a disk of this machine. Then reading back what was written tells nothing new.
   */
  readonly confirmsUploads: boolean;
  /** What consumers put in GOPROXY to read from it directly; undefined when they cannot. */
  readonly goproxyUrl: string | undefined;

  /**
   * The keys a file is stored under: first the one that this project reads, then copies for readers that ask
   * by another name. Throws when the storage's naming rules have no room for it.
   */
  keysOf(file: StoreFile): readonly [string, ...string[]];
  /** The file that a key from `keys` holds; undefined for copies and for what is not of the protocol. */
  fileOf(key: string): StoreFile | undefined;

  get(key: string): Promise<StoredObject | undefined>;
  stat(key: string): Promise<ObjectState | undefined>;
  /** Writes an object that does not exist yet, in one step; false when there is one, which stays. */
  create(key: string, content: Content): Promise<boolean>;
  /** Replaces the object whose state has this revision, in one step; false when it has changed since. */
  replace(key: string, content: Content, revision: string): Promise<boolean>;
  /** All keys, in no particular order, or those of one module. */
  keys(modulePath?: string): AsyncIterable<string>;

  /** A local file holding the object, for backends that have one: saves a copy when hashing. */
  localFile?(key: string): string;
  /**
   * Versions of a module whose `.info` was written lately (by the last few minutes' publishers), for storages
   * where `replace` cannot tell that the list changed in between. May hold versions that are listed already.
   */
  recentVersions?(modulePath: string): Promise<string[]>;

  /** Lets go of connections of its own. */
  close(): Promise<void>;
}
