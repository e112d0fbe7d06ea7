import { type GoMod, parseGoMod } from "../modfile/go-mod.ts";
import { type GoWork, parseGoWork } from "../modfile/go-work.ts";
import { ModfileSyntaxError } from "../modfile/problem.ts";
import { maxSumBytes, parseSums, type Sums } from "./sums.ts";
import { baseNameOf, folderOf, joinPath, type SourceTree } from "./tree.ts";

/** One module of a repository at one commit. */
export interface ModuleSnapshot {
  /** Folder of its go.mod, `""` for the root. */
  dir: string;
  /** Path of its go.mod. */
  file: string;
  /** Its module path, never empty. */
  path: string;
  goMod: GoMod;
  /** Undefined when there is no go.sum. */
  sums: Sums | undefined;
  /** The text of module.yaml. */
  metadata: { file: string; text: string } | undefined;
}

/** A file that the gate cannot judge, with why. */
export interface FileProblem {
  kind: "go-mod" | "go-sum" | "go-work";
  file: string;
  line: number;
  column: number;
  what: string;
  fix: string;
}

/** All modules of a repository at one commit. */
export interface RepositorySnapshot {
  tree: SourceTree;
  /** In the order of their folders. */
  modules: ModuleSnapshot[];
  problems: FileProblem[];
  goWork: { file: string; goWork: GoWork } | undefined;
}

/** cmd/go reads at most this much of a dependency's go.mod (FACTS 1). */
const MAX_GO_MOD_BYTES = 16 * 1024 * 1024;

/**
 * Reads every module of a tree: vendor and testdata folders hold none of the repository's own. What cannot be
 * read as go.mod or go.sum becomes a problem of the snapshot, so that nothing is passed unseen.
 */
export async function readSnapshot(tree: SourceTree): Promise<RepositorySnapshot> {
  const snapshot: RepositorySnapshot = { tree, modules: [], problems: [], goWork: undefined };
  const goMods = [...tree.files.keys()].filter(isModuleFile).sort();
  const wanted = goMods.flatMap((file) => [file, sibling(file, "go.sum"), sibling(file, "module.yaml")]);
  const texts = await readAll(tree, [...wanted, "go.work"], snapshot);
  for (const file of goMods) {
    const module = readModule(file, texts, snapshot);
    if (module !== undefined) snapshot.modules.push(module);
  }
  const goWork = texts.get("go.work");
  if (goWork !== undefined) {
    attempt("go-work", "go.work", snapshot, () => {
      snapshot.goWork = { file: "go.work", goWork: parseGoWork("go.work", goWork) };
    });
  }
  return snapshot;
}

/** True for a go.mod that declares a module of the repository, not a fixture of a test or a vendored copy. */
function isModuleFile(path: string): boolean {
  if (baseNameOf(path) !== "go.mod") return false;
  return !folderOf(path)
    .split("/")
    .some((element) => element === "vendor" || element === "testdata" || /^[._]./.test(element));
}

function sibling(file: string, name: string): string {
  return joinPath(folderOf(file), name);
}

async function readAll(
  tree: SourceTree,
  paths: readonly string[],
  snapshot: RepositorySnapshot,
): Promise<Map<string, Uint8Array>> {
  const readable = paths.filter((path) => isReadable(tree, path, snapshot));
  const contents = await tree.read(readable);
  const read = readable.map((path, i) => [path, contents[i]!] as const);
  return new Map(read.filter(([path, content]) => !isLfsPointer(path, content, snapshot)));
}

const LFS_POINTER = Buffer.from("version https://git-lfs.github.com/spec/");

/** True for what Git LFS commits in a file's place: go gets it as the file's content. */
function isLfsPointer(path: string, content: Uint8Array, snapshot: RepositorySnapshot): boolean {
  if (!LFS_POINTER.equals(content.subarray(0, LFS_POINTER.length))) return false;
  const fix = `take ${baseNameOf(path)} out of .gitattributes (filter=lfs) and commit the file itself`;
  refuse(path, snapshot, { what: "is a pointer of Git LFS, which go takes for the file", fix });
  return true;
}

const KINDS: Readonly<Record<string, FileProblem["kind"]>> = {
  "go.mod": "go-mod",
  "go.sum": "go-sum",
  "go.work": "go-work",
};

/** A module.yaml has rules of its own. */
function refuse(
  file: string,
  snapshot: RepositorySnapshot,
  { what, fix }: Pick<FileProblem, "what" | "fix">,
): void {
  const kind = KINDS[baseNameOf(file)];
  if (kind !== undefined) snapshot.problems.push({ kind, file, line: 1, column: 1, what, fix });
}

function isReadable(tree: SourceTree, path: string, snapshot: RepositorySnapshot): boolean {
  const file = tree.files.get(path);
  if (file === undefined) return false;
  if (file.mode !== "regular") {
    const what = `is a ${file.mode}, which go reads as no file of the module`;
    refuse(path, snapshot, { what, fix: "commit the file itself" });
    return false;
  }
  const isSum = KINDS[baseNameOf(path)] === "go-sum";
  const limit = isSum ? maxSumBytes : MAX_GO_MOD_BYTES;
  if ((file.sizeBytes ?? 0) > limit) {
    const size = `${Math.ceil((file.sizeBytes ?? 0) / 2 ** 20)} MiB`;
    const fix = isSum
      ? "run go mod tidy"
      : "require less, or split the module: go reads no more of a dependency's go.mod either";
    refuse(path, snapshot, { what: `is ${size}, more than the ${limit / 2 ** 20} MiB that are read`, fix });
    return false;
  }
  return true;
}

function readModule(
  file: string,
  texts: ReadonlyMap<string, Uint8Array>,
  snapshot: RepositorySnapshot,
): ModuleSnapshot | undefined {
  const bytes = texts.get(file);
  if (bytes === undefined) return undefined;
  const goMod = attempt("go-mod", file, snapshot, () => parseGoMod(file, bytes));
  if (goMod === undefined) return undefined;
  const path = goMod.module?.path ?? "";
  if (path === "") {
    const fix = "add the line module example.com/path";
    snapshot.problems.push({
      kind: "go-mod",
      file,
      line: 1,
      column: 1,
      what: "has no module directive",
      fix,
    });
    return undefined;
  }
  const sumFile = sibling(file, "go.sum");
  const sumBytes = texts.get(sumFile);
  const metadataFile = sibling(file, "module.yaml");
  const metadata = texts.get(metadataFile);
  return {
    dir: folderOf(file),
    file,
    path,
    goMod,
    sums: sumBytes === undefined ? undefined : parseSums(sumFile, sumBytes),
    metadata:
      metadata === undefined ? undefined : { file: metadataFile, text: new TextDecoder().decode(metadata) },
  };
}

function attempt<T>(
  kind: FileProblem["kind"],
  file: string,
  snapshot: RepositorySnapshot,
  parse: () => T,
): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof ModfileSyntaxError)) throw error;
    for (const problem of error.problems) {
      const { line, column } = problem.position;
      const actual = problem.actual === undefined ? "" : `: got ${problem.actual}`;
      const fix =
        problem.fix ?? (problem.expected === undefined ? "correct the line" : `write ${problem.expected}`);
      snapshot.problems.push({ kind, file, line, column, what: `${problem.what}${actual}`, fix });
    }
    return undefined;
  }
}
