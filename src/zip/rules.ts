import { problemOfPath } from "../module/path.ts";
import { quote } from "../module/unicode/quote.ts";
import type { Collisions } from "./collisions.ts";
import { MAX_GO_MOD_BYTES, MAX_LICENSE_BYTES, MAX_ZIP_BYTES, type TreeFile } from "./files.ts";
import { isVendoredPackage } from "./vendored.ts";

/** What rules know besides the file at hand. */
export interface RuleContext {
  /** The go directive of the root go.mod names Go 1.24 or later. */
  readonly isGo124: boolean;
  /** True for what belongs to a directory, not the root, that holds its own go.mod. */
  isInNestedModule(file: TreeFile): boolean;
  readonly collisions: Collisions;
  /** Bytes that the files so far leave of MAX_ZIP_BYTES. */
  bytesLeft: number;
}

/** A file as rules see it: for an entry of a zip `path` has lost the prefix, or the prefix is the one it lacks. */
export interface Candidate extends TreeFile {
  readonly lacksPrefix?: string;
}

interface Rule {
  /** One sentence for the reference page. */
  readonly doc: string;
  /** The reason why the rule applies to the file, in the words of golang.org/x/mod where it has them. */
  readonly find: (file: Candidate, context: RuleContext) => string | undefined;
}

const ifTrue = (is: boolean, reason: string): string | undefined => (is ? reason : undefined);

/** Every rule of golang.org/x/mod/zip about one file, once. Which of them apply where stands in `columns`. */
export const rules = {
  "zip-prefix": {
    doc: "Every name in a module zip begins with path@version/.",
    find: ({ lacksPrefix }) => lacksPrefix && `path does not have prefix ${quote(lacksPrefix)}`,
  },
  "path-clean": {
    doc: "A path is spelled in the shortest way: no empty, `.` or inner `..` element, no last slash.",
    find: ({ path }) => ifTrue(!isClean(path), "file path is not clean"),
  },
  "path-relative": {
    doc: "A path is relative to the module's root.",
    find: ({ path }) => ifTrue(path.startsWith("/"), "file path is not relative"),
  },
  vendored: {
    doc: "Packages below a vendor directory are left out; the exact rule depends on the go directive.",
    find: ({ path }, { isGo124 }) => ifTrue(isVendoredPackage(path, isGo124), "file is in vendor directory"),
  },
  "nested-module": {
    doc: "A directory with its own go.mod is another module and is left out.",
    find: (file, context) =>
      ifTrue(
        context.isInNestedModule(file),
        `${file.mode === "directory" ? "directory" : "file"} is in another module`,
      ),
  },
  "vcs-directory": {
    doc: "Directories named .bzr, .git, .hg or .svn are left out when a directory is zipped.",
    find: ({ path, mode }) =>
      ifTrue(
        mode === "directory" && /(?:^|\/)\.(?:bzr|git|hg|svn)$/.test(path),
        "directory is a version control repository",
      ),
  },
  "hg-archival": {
    doc: "The file .hg_archival.txt, which `hg archive` adds, is left out.",
    find: ({ path }) =>
      ifTrue(path === ".hg_archival.txt", "file is inserted by 'hg archive' and is always omitted"),
  },
  "path-valid": {
    doc: "A path is one that Go allows for files on every system: letters, digits, some punctuation, no device names.",
    find: ({ path }) => {
      const problem = problemOfPath(path, "file");
      return problem && `malformed file path ${quote(path)}: ${problem.reason}`;
    },
  },
  "go-mod-case": {
    doc: "The root go.mod has a lower-case name.",
    find: ({ path }) =>
      ifTrue(path !== "go.mod" && /^go\.mod$/i.test(path), "go.mod files must have lowercase names"),
  },
  "go-mod-in-root": {
    doc: "A module zip holds a go.mod, in whatever case, in its root only.",
    find: ({ path }) => ifTrue(/\/go\.mod$/i.test(path), "go.mod file not in module root directory"),
  },
  collision: {
    doc: "No two names are equal when case is ignored, no name stands twice, none is both file and directory.",
    find: ({ path, mode }, { collisions }) => collisions.check(path, mode === "directory"),
  },
  directory: {
    doc: "Directories have no entry of their own; a zip may name them, but they are not extracted when empty.",
    find: ({ mode }) => ifTrue(mode === "directory", "not a regular file"),
  },
  symlink: {
    doc: "Symbolic links are left out; a zip must hold none.",
    find: ({ mode }) => ifTrue(mode === "symlink", "file is a symbolic link"),
  },
  irregular: {
    doc: "Devices, sockets, pipes and submodules are left out; a zip must hold none.",
    find: ({ mode }) => ifTrue(mode === "irregular", "not a regular file"),
  },
  "total-size": {
    doc: "All files together have at most 500 MiB.",
    find: ({ sizeBytes }, context) => {
      const fits = sizeBytes >= 0 && sizeBytes <= context.bytesLeft;
      if (fits) context.bytesLeft -= sizeBytes;
      return ifTrue(!fits, `module contents too large (max size is ${MAX_ZIP_BYTES} bytes)`);
    },
  },
  "go-mod-size": {
    doc: "The root go.mod has at most 16 MiB.",
    find: ({ path, sizeBytes }) =>
      ifTrue(
        path === "go.mod" && sizeBytes > MAX_GO_MOD_BYTES,
        `go.mod file too large (max size is ${MAX_GO_MOD_BYTES} bytes)`,
      ),
  },
  "license-size": {
    doc: "The root LICENSE has at most 16 MiB.",
    find: ({ path, sizeBytes }) =>
      ifTrue(
        path === "LICENSE" && sizeBytes > MAX_LICENSE_BYTES,
        `LICENSE file too large (max size is ${MAX_LICENSE_BYTES} bytes)`,
      ),
  },
} as const satisfies Record<string, Rule>;

export type ZipRuleId = keyof typeof rules;

/** What becomes of a file to which a rule applies. */
export type Outcome =
  /** Must not be in a module zip: nothing is created or extracted. */
  | "invalid"
  /** Left out of the zip. */
  | "omitted"
  /** Left out with all that is below it. */
  | "pruned"
  /** In order, but not a file of the zip: no later rule is asked. */
  | "passed"
  /** The list as a whole is too large; the file itself is judged on. */
  | "size error";

/** A rule's place in a column; the note says where modwharf is stricter than Go, and why. */
export type Cell = readonly [rule: ZipRuleId, outcome: Outcome, stricter?: string];

/**
 * What each rule says where: the first rule that applies decides, so the order matters (a nested module may hold
 * invalid names). golang.org/x/mod/zip spells these out in checkFiles, listFilesInDir and checkZip.
 */
export const columns = {
  /** CheckFiles and Create, and the second step of CheckDir and CreateFromDir: a list of files. */
  files: [
    ["path-clean", "invalid"],
    ["path-relative", "invalid"],
    ["vendored", "omitted"],
    ["nested-module", "omitted"],
    ["hg-archival", "omitted"],
    ["path-valid", "invalid"],
    ["go-mod-case", "invalid"],
    ["collision", "invalid"],
    ["symlink", "omitted"],
    ["directory", "omitted"],
    ["irregular", "omitted"],
    ["total-size", "size error"],
    ["go-mod-size", "invalid"],
    ["license-size", "invalid"],
  ],
  /** The first step of CheckDir and CreateFromDir: listing a directory. */
  directory: [
    ["vendored", "omitted"],
    ["vcs-directory", "pruned"],
    ["nested-module", "pruned"],
    ["directory", "passed"],
    ["symlink", "omitted"],
    ["irregular", "omitted"],
  ],
  /** CheckZip and Unzip: the entries of a zip. */
  zip: [
    ["zip-prefix", "invalid"],
    ["path-clean", "invalid"],
    ["path-valid", "invalid"],
    ["collision", "invalid"],
    ["directory", "passed"],
    [
      "symlink",
      "invalid",
      "Go extracts the link's target as the text of a file, which no zip of its own holds",
    ],
    ["irregular", "invalid", "Go extracts an empty file"],
    ["go-mod-in-root", "invalid"],
    ["go-mod-case", "invalid"],
    ["total-size", "size error"],
    ["go-mod-size", "invalid"],
    ["license-size", "invalid"],
  ],
} as const satisfies Record<string, readonly Cell[]>;

/** A rule's verdict on one file. */
export interface Verdict {
  readonly rule: ZipRuleId;
  readonly outcome: Outcome;
  readonly reason: string;
}

/**
 * The verdict of the first rule of the column that applies; undefined for a file that belongs into the zip.
 * A size error concerns the list, so it goes to `onSizeError` and judging goes on.
 */
export function judge(
  column: readonly Cell[],
  file: Candidate,
  context: RuleContext & { onSizeError?: (reason: string) => void },
): Verdict | undefined {
  for (const [rule, outcome] of column) {
    const reason = rules[rule].find(file, context);
    if (reason === undefined) continue;
    if (outcome !== "size error") return { rule, outcome, reason };
    context.onSizeError?.(reason);
  }
  return undefined;
}

/** True for a path that Go's path.Clean leaves as it is. */
function isClean(path: string): boolean {
  if (path === "." || path === "/") return true;
  const elements = (path.startsWith("/") ? path.slice(1) : path).split("/");
  const inner = elements.findIndex((element) => element !== "..");
  if (path.startsWith("/") && inner !== 0) return false;
  return inner === -1 || elements.slice(inner).every((element) => !["", ".", ".."].includes(element));
}
