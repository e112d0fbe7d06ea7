import type { Readable } from "node:stream";
import { extract } from "tar-stream";
import { streamProcess } from "../base/process.ts";
import type { Repository } from "./repository.ts";

/** A regular file as `go` sees it: its bytes went through the commit's own attributes (eol, ident). */
export interface ArchiveEntry {
  /** Slash-separated, from the folder that was archived. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Whole for small files; a stream for others, which must be read before the next entry is asked for. */
  readonly content: Uint8Array | AsyncIterable<Uint8Array>;
}

/** Files up to this size are handed over whole: cheaper than a stream for each, and still bounded. */
const WHOLE_BYTES = 1024 * 1024;

/**
 * Streams a commit's regular files below `dir` (`""` is the root) in git's order to `consume`, through one
 * `git archive` that holds nothing whole. Symlinks and submodules are left out; list them with `listTree`.
 */
export function readArchive<T>(
  repository: Repository,
  source: { commit: string; dir: string },
  consume: (entries: AsyncIterable<ArchiveEntry>) => Promise<T>,
): Promise<T> {
  const { commit, dir } = source;
  const args = ["archive", "--format=tar", commit, ...(dir === "" ? [] : ["--", dir])];
  return streamProcess(repository.gitPath, args, repository.spawning, (stdout) =>
    consume(regularFiles(stdout, dir === "" ? "" : `${dir}/`)),
  );
}

async function* regularFiles(tar: Readable, prefix: string): AsyncGenerator<ArchiveEntry> {
  const unpack = extract();
  tar.on("error", (error) => unpack.destroy(error));
  tar.pipe(unpack);
  for await (const entry of unpack) {
    const { name, type, size = 0 } = entry.header;
    if (type !== "file" || !name.startsWith(prefix)) {
      entry.resume();
      continue;
    }
    // streamx's own types do not say that a byte stream yields bytes.
    const bytes = entry as AsyncIterable<Uint8Array>;
    const content = size <= WHOLE_BYTES ? await readWhole(bytes) : bytes;
    yield { path: name.slice(prefix.length), sizeBytes: size, content };
  }
}

async function readWhole(entry: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of entry) chunks.push(chunk);
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}
