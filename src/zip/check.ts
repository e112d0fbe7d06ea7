import { ModwharfError } from "../base/errors.ts";
import { canonicalModuleVersion } from "../module/major.ts";
import { checkModuleVersion, type ModuleVersion } from "../module/module-version.ts";
import { Collisions } from "./collisions.ts";
import type { ZipEntry } from "./directory-record.ts";
import { MAX_ZIP_BYTES, type TreeFile, zipPrefix } from "./files.ts";
import { zipInvalid } from "./problem.ts";
import { openZip, type ZipFile } from "./read.ts";
import { type Candidate, type Cell, columns, judge, type RuleContext, type ZipRuleId } from "./rules.ts";
import { isGo124OrLater } from "./vendored.ts";

/** A file that is left out or refused, and why. */
export interface FileProblem {
  readonly path: string;
  readonly rule: ZipRuleId;
  readonly reason: string;
}

/** What the zip rules say about a list of files; each file is in exactly one list (duplicates of a path once). */
export interface CheckedFiles {
  /** Paths that belong into the zip, in the order given. */
  readonly valid: string[];
  readonly omitted: FileProblem[];
  readonly invalid: FileProblem[];
  /** Set when the files together, or the zip file, are too large. */
  sizeError?: string;
}

const MAX_SHOWN = 20;

/** The error for a list that breaks the rules, naming each file; undefined when the list is in order. */
export function errorOf(checked: CheckedFiles, subject: string): ModwharfError | undefined {
  if (checked.sizeError !== undefined) {
    return zipInvalid("the module is too large for Go", {
      subject,
      actual: checked.sizeError,
      fix: "move large files out of the module, or into a directory with its own go.mod",
    });
  }
  const [first] = checked.invalid;
  if (first === undefined) return undefined;
  const shown = checked.invalid.slice(0, MAX_SHOWN).map(({ path, reason }) => `${path}: ${reason}`);
  const more = checked.invalid.length - shown.length;
  return zipInvalid("files that must not be in a module zip", {
    subject,
    actual: shown.join("\n") + (more > 0 ? `\nand ${more} more` : ""),
    fix: "rename or remove them, or put them below a directory with its own go.mod",
  });
}

/**
 * Throws MODULE_PATH or MODULE_VERSION unless a zip may be named after the version: path and version valid, fitting
 * each other, and the version canonical.
 */
export function checkZipVersion(mv: ModuleVersion): void {
  const canonical = canonicalModuleVersion(mv.version) ?? "";
  checkModuleVersion(mv);
  if (canonical === mv.version) return;
  throw new ModwharfError("MODULE_VERSION", "the version is not canonical", {
    subject: `${mv.path}@${mv.version}`,
    expected: canonical,
    actual: mv.version,
    fix: `use ${canonical}`,
  });
}

/**
 * Judges a list of files as CheckFiles does and Create must. `goVersion` is that of the root go.mod's go directive;
 * without it the vendor rule of old modules applies.
 */
export function checkFiles(
  files: readonly TreeFile[],
  options: { goVersion?: string | undefined } = {},
): CheckedFiles {
  const nested = new NestedModules(files);
  const context = {
    isGo124: isGo124OrLater(options.goVersion),
    isInNestedModule: ({ path }: TreeFile) => nested.contain(path),
    // Of a path that stands several times Go tells the first problem; of a zip's entries, each.
    tellOnce: true,
  };
  return check(columns.files, named(files), context);
}

/** One after the other: of a hundred thousand files a list of pairs would be noticed. */
function* named(files: readonly TreeFile[]): Generator<{ name: string; file: Candidate }> {
  for (const file of files) yield { name: file.path, file };
}

/** Directories other than the root in which a go.mod stands, in whatever case. */
class NestedModules {
  readonly #directories = new Set<string>();

  constructor(files: readonly TreeFile[]) {
    for (const { path, mode } of files) {
      if (mode === "regular" && /\/go\.mod$/i.test(path))
        this.#directories.add(path.slice(0, path.lastIndexOf("/")));
    }
  }

  contain(path: string): boolean {
    if (this.#directories.size === 0) return false;
    for (let at = path.lastIndexOf("/"); at !== -1; at = path.lastIndexOf("/", at - 1)) {
      if (this.#directories.has(path.slice(0, at))) return true;
      if (at === 0) break;
    }
    return false;
  }
}

/**
 * Judges the entries of a zip file as CheckZip does. Nothing but the directory is read, so sizes and CRCs may still
 * be lies, which reading the content shows. Throws like `checkZipVersion` and `openZip`.
 */
export function checkZip(mv: ModuleVersion, zipFile: string): CheckedFiles {
  checkZipVersion(mv);
  const zip = openZip(zipFile);
  try {
    return checkOpenZip(mv, zip);
  } finally {
    zip.close();
  }
}

/** `checkZip` for a zip that is open already; the caller has checked the version. */
export function checkOpenZip(mv: ModuleVersion, zip: ZipFile): CheckedFiles {
  if (zip.sizeBytes > MAX_ZIP_BYTES) {
    const sizeError = `module zip file is too large (${zip.sizeBytes} bytes; limit is ${MAX_ZIP_BYTES} bytes)`;
    return { valid: [], omitted: [], invalid: [], sizeError };
  }
  const prefix = zipPrefix(mv);
  return check(columns.zip, candidates(zip, prefix), { isGo124: false, isInNestedModule: () => false });
}

function* candidates({ entries }: ZipFile, prefix: string): Generator<{ name: string; file: Candidate }> {
  for (const entry of entries) {
    if (entry.name !== prefix) yield { name: entry.name, file: candidateOf(entry, prefix) };
  }
}

function candidateOf({ name, mode, uncompressedBytes: sizeBytes }: ZipEntry, prefix: string): Candidate {
  if (!name.startsWith(prefix)) return { path: name, mode, sizeBytes, lacksPrefix: prefix };
  const path = name.slice(prefix.length);
  return { path: mode === "directory" ? path.slice(0, -1) : path, mode, sizeBytes };
}

/** Applies a column to files in order; `name` is what the lists call the file. */
function check(
  column: readonly Cell[],
  files: Iterable<{ name: string; file: Candidate }>,
  knowledge: Pick<RuleContext, "isGo124" | "isInNestedModule"> & { tellOnce?: boolean },
): CheckedFiles {
  const told = new Set<string>();
  const checked: CheckedFiles = { valid: [], omitted: [], invalid: [] };
  const context = {
    ...knowledge,
    collisions: new Collisions(),
    bytesLeft: MAX_ZIP_BYTES,
    onSizeError: (reason: string) => {
      checked.sizeError ??= reason;
    },
  };
  for (const { name, file } of files) {
    const verdict = judge(column, file, context);
    if (verdict === undefined) checked.valid.push(name);
    else if (verdict.outcome !== "passed" && !(knowledge.tellOnce && told.has(name))) {
      told.add(name);
      const list = verdict.outcome === "invalid" ? checked.invalid : checked.omitted;
      list.push({ path: name, rule: verdict.rule, reason: verdict.reason });
    }
  }
  return checked;
}
