import type { Stats } from "node:fs";
import { open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { pathToFileURL } from "node:url";
import { fixForErrno } from "../base/errno-advice.ts";
import { ModwharfError } from "../base/errors.ts";
import { copyInto, createFileOnce, errnoOf, type FileContent, writeFileAtomic } from "../base/files.ts";
import type { Backend, ObjectState, StoredObject } from "./backend.ts";
import type { Content } from "./content.ts";
import { withFileLock } from "./file-lock.ts";
import { fileOfKey, folderOf, keyOf } from "./keys.ts";
import type { StoreFile } from "./store-file.ts";

/**
 * A static GOPROXY tree in a folder: for `GOPROXY=file://…`, or for any web server. Versions are created with
 * link(2), which refuses the second of two writers; `list` is replaced by rename(2) under a lock file.
 */
export class FileBackend implements Backend {
  readonly guarantee = "atomic";
  readonly confirmsUploads = true;
  readonly url: string;
  readonly goproxyUrl: string;
  readonly #root: string;

  /** `root` is an absolute path; the folder is created with the first version. */
  constructor(root: string) {
    this.#root = root;
    this.goproxyUrl = pathToFileURL(root).href;
    this.url = `file:${root}`;
  }

  keysOf(file: StoreFile): readonly [string] {
    return [keyOf(file, "escaped")];
  }

  fileOf(key: string): StoreFile | undefined {
    return fileOfKey(key, "escaped");
  }

  localFile(key: string): string {
    return join(this.#root, ...key.split("/"));
  }

  async get(key: string): Promise<StoredObject | undefined> {
    const path = this.localFile(key);
    const file = await open(path).catch(ignoreAbsent(path));
    if (file === undefined) return undefined;
    const stats = await file.stat();
    return { body: file.createReadStream(), revision: revisionOf(stats), sizeBytes: stats.size };
  }

  async stat(key: string): Promise<ObjectState | undefined> {
    const path = this.localFile(key);
    const stats = await stat(path).catch(ignoreAbsent(path));
    if (stats === undefined) return undefined;
    return { revision: revisionOf(stats), ageMs: async () => Math.max(0, Date.now() - stats.mtimeMs) };
  }

  create(key: string, content: Content): Promise<boolean> {
    return createFileOnce(this.localFile(key), writing(content));
  }

  async replace(key: string, content: Content, revision: string): Promise<boolean> {
    const path = this.localFile(key);
    return withFileLock(path, async (stillOurs) => {
      if ((await this.stat(key))?.revision !== revision || !(await stillOurs())) return false;
      await writeFileAtomic(path, writing(content));
      return true;
    });
  }

  async *keys(modulePath?: string): AsyncGenerator<string> {
    const from = modulePath === undefined ? "" : folderOf(modulePath, "escaped").slice(0, -1);
    yield* this.#walk(from);
  }

  async *#walk(folder: string): AsyncGenerator<string> {
    const path = this.localFile(folder);
    for (const entry of (await readdir(path, { withFileTypes: true }).catch(ignoreAbsent(path))) ?? []) {
      const key = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) yield* this.#walk(key);
      else yield key;
    }
  }

  async close(): Promise<void> {}
}

function writing(content: Content): FileContent {
  return async (temporary) => {
    if (content.file !== undefined) return copyInto(content.file, temporary);
    const file = await open(temporary, "wx", 0o666);
    await pipeline(content.open(), file.createWriteStream());
  };
}

/** Every replacement is a new file: its inode and time tell it from the last. */
function revisionOf({ ino, size, mtimeMs }: Stats): string {
  return [ino, size, mtimeMs].join("-");
}

function ignoreAbsent(path: string): (error: unknown) => undefined {
  return (error) => {
    if (errnoOf(error) === "ENOENT" || errnoOf(error) === "ENOTDIR") return undefined;
    throw new ModwharfError("FILE_UNREADABLE", "cannot read the store", {
      subject: path,
      actual: errnoOf(error),
      fix: fixForErrno(errnoOf(error)),
      cause: error,
    });
  };
}
