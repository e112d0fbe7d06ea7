import { type GoMod, parseGoMod } from "../modfile/go-mod.ts";
import { type GoWork, parseGoWork } from "../modfile/go-work.ts";
import { ModfileSyntaxError } from "../modfile/problem.ts";
import { type FileProblem, readModuleFiles } from "./module-files.ts";
import { parseSums, type Sums } from "./sums.ts";
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

/** All modules of a repository at one commit. */
export interface RepositorySnapshot {
  tree: SourceTree;
  /** In the order of their folders. */
  modules: ModuleSnapshot[];
  problems: FileProblem[];
  goWork: { file: string; goWork: GoWork } | undefined;
}

/**
 * Reads every module of a tree: vendor and testdata folders hold none of the repository's own. What cannot be
 * read becomes a problem of the snapshot, so that nothing is passed unseen.
 */
export async function readSnapshot(tree: SourceTree): Promise<RepositorySnapshot> {
  const goMods = [...tree.files.keys()].filter(isModuleFile).sort();
  const wanted = goMods.flatMap((file) => [file, sibling(file, "go.sum"), sibling(file, "module.yaml")]);
  const { contents: texts, problems } = await readModuleFiles(tree, [...wanted, "go.work"]);
  const snapshot: RepositorySnapshot = { tree, modules: [], problems, goWork: undefined };
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
