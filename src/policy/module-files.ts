import { maxSumBytes } from "./sums.ts";
import { baseNameOf, type SourceTree, type TreeFile } from "./tree.ts";
import { maxYamlBytes } from "./yaml-file.ts";

/** A file that the gate cannot judge, with why. */
export interface FileProblem {
  kind: "go-mod" | "go-sum" | "go-work" | "metadata";
  file: string;
  line: number;
  column: number;
  what: string;
  fix: string;
}

interface FileKind {
  kind: FileProblem["kind"];
  maxBytes: number;
  fixOfSize: string;
}

/** cmd/go reads at most this much of a dependency's go.mod (FACTS 1). */
const MAX_GO_MOD_BYTES = 16 * 1024 * 1024;

const KINDS: Readonly<Record<string, FileKind>> = {
  "go.mod": {
    kind: "go-mod",
    maxBytes: MAX_GO_MOD_BYTES,
    fixOfSize: "require less, or split the module: go reads no more of a dependency's go.mod either",
  },
  "go.sum": { kind: "go-sum", maxBytes: maxSumBytes, fixOfSize: "run go mod tidy" },
  "go.work": { kind: "go-work", maxBytes: MAX_GO_MOD_BYTES, fixOfSize: "use fewer modules" },
  "module.yaml": { kind: "metadata", maxBytes: maxYamlBytes, fixOfSize: "keep to what the schema has" },
};

/** What a commit's modules declare is kept, and parsed it takes ten times its size; large monorepos have some MiB. */
const MAX_TOTAL_BYTES = 64 * 1024 * 1024;

/** Reads files that declare modules, by path; those that are there and cannot be judged are problems. */
export async function readModuleFiles(
  tree: SourceTree,
  paths: readonly string[],
): Promise<{ contents: Map<string, Uint8Array>; problems: FileProblem[] }> {
  const problems: FileProblem[] = [];
  const isSound = (path: string, problem: Pick<FileProblem, "what" | "fix"> | undefined) => {
    if (problem === undefined) return true;
    problems.push({ kind: kindOf(path).kind, file: path, line: 1, column: 1, ...problem });
    return false;
  };
  const room = { left: MAX_TOTAL_BYTES };
  const readable = paths.filter((path) => {
    const file = tree.files.get(path);
    return file !== undefined && isSound(path, problemOf(file, kindOf(path), room));
  });
  const read = await tree.read(readable);
  const pairs = readable.map((path, i) => [path, read[i]!] as const);
  const contents = new Map(pairs.filter(([path, content]) => isSound(path, lfsProblem(path, content))));
  return { contents, problems };
}

function kindOf(path: string): FileKind {
  return KINDS[baseNameOf(path)]!;
}

function problemOf({ mode, sizeBytes = 0 }: TreeFile, kind: FileKind, room: { left: number }) {
  if (mode !== "regular") {
    return { what: `is a ${mode}, which go reads as no file of the module`, fix: "commit the file itself" };
  }
  const { maxBytes, fixOfSize: fix } = kind;
  if (sizeBytes > maxBytes) {
    return { what: `is ${mebibytes(sizeBytes)}, more than the ${mebibytes(maxBytes)} that are read`, fix };
  }
  if (sizeBytes > room.left) {
    const all = `the ${mebibytes(MAX_TOTAL_BYTES)} that are read of all modules' files together`;
    return { what: `is ${mebibytes(sizeBytes)}, and with those before it more than ${all}`, fix };
  }
  room.left -= sizeBytes;
  return undefined;
}

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`;
}

const LFS_POINTER = Buffer.from("version https://git-lfs.github.com/spec/");

/** What Git LFS commits in a file's place, go gets as the file's content. */
function lfsProblem(path: string, content: Uint8Array) {
  if (!LFS_POINTER.equals(content.subarray(0, LFS_POINTER.length))) return undefined;
  return {
    what: "is a pointer of Git LFS, which go takes for the file",
    fix: `take ${baseNameOf(path)} out of .gitattributes (filter=lfs) and commit the file itself`,
  };
}
