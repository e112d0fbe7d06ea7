import type { ModuleVersion } from "../module/module-version.ts";
import { isSemver } from "../module/version.ts";
import { fields } from "./characters.ts";
import { type ModfileProblem, ModfileSyntaxError } from "./problem.ts";
import { showText } from "./quote.ts";
import { decodeSource, encodeSource } from "./source-text.ts";

/** One `# path version` section of vendor/modules.txt. */
export interface VendoredModule {
  /** Version "" where it only records a replacement of all versions. */
  module: ModuleVersion;
  /** What replaces it: a module version, or a directory with version "". */
  replacement: ModuleVersion | undefined;
  /** True when the main module (or one of the workspace) requires it itself. */
  explicit: boolean;
  /** The module's go version, "" when it is not stated. */
  goVersion: string;
  /** Import paths of the packages that are vendored from it. */
  packages: string[];
  /** The line of the section's head, from 1; 0 when it comes from no file. */
  line: number;
}

/** vendor/modules.txt, in file order; the last sections may only record replacements that nothing uses. */
export interface ModulesTxt {
  /** True when `go work vendor` wrote it. */
  workspace: boolean;
  modules: VendoredModule[];
}

/**
 * Parses vendor/modules.txt; `file` is the name for errors. Stricter than cmd/go, which skips what it does not
 * understand: here such a line is a problem, since it says that a vendor directory was edited or damaged. Of
 * annotations (`## …`), explicit and go count; further ones are reserved by `go` and left out.
 *
 * Throws ModfileSyntaxError with all problems.
 */
export function parseModulesTxt(file: string, input: Uint8Array | string): ModulesTxt {
  const modulesTxt: ModulesTxt = { workspace: false, modules: [] };
  const problems: ModfileProblem[] = [];
  let byte = 0;
  for (const [index, text] of decodeSource(input).split("\n").entries()) {
    const position = { line: index + 1, column: 1, byte };
    const problem = readLine(modulesTxt, text, position.line);
    if (problem !== undefined) problems.push({ file, position, ...problem });
    byte += encodeSource(text).length + 1;
  }
  if (problems.length > 0) throw new ModfileSyntaxError(problems);
  return modulesTxt;
}

type Complaint = Pick<ModfileProblem, "what" | "expected" | "actual">;

function readLine(modulesTxt: ModulesTxt, text: string, line: number): Complaint | undefined {
  const words = fields(text);
  if (words.length === 0) return undefined;
  if (words[0] === "#") return readHead(modulesTxt, words.slice(1), line);
  const section = modulesTxt.modules.at(-1);
  if (words[0] === "##") {
    const annotations = words.slice(1).join(" ").split(";");
    if (section !== undefined) return annotate(section, annotations);
    if (annotations.includes("workspace")) modulesTxt.workspace = true;
    return undefined;
  }
  if (section === undefined) return { what: "a package before the first module", actual: showText(text) };
  if (words.length > 1) return { what: "a package path has spaces", actual: showText(text) };
  section.packages.push(words[0]!);
  return undefined;
}

function annotate(section: VendoredModule, annotations: readonly string[]): undefined {
  for (const annotation of annotations.map((text) => text.trim())) {
    if (annotation === "explicit") section.explicit = true;
    if (annotation.startsWith("go ")) section.goVersion = annotation.slice("go ".length);
  }
}

/** `path version`, `path version => replacement`, or `path => replacement`. */
function readHead(modulesTxt: ModulesTxt, words: readonly string[], line: number): Complaint | undefined {
  const [path = "", version = ""] = words;
  const hasVersion = version !== "=>";
  const rest = words.slice(hasVersion ? 2 : 1);
  const replacement = readReplacement(rest);
  if ((hasVersion && !isSemver(version)) || (rest.length > 0 && replacement === undefined)) {
    const expected = "# path version [=> path [version]]";
    return { what: "the head of a module is malformed", expected, actual: showText(`# ${words.join(" ")}`) };
  }
  const module = { path, version: hasVersion ? version : "" };
  modulesTxt.modules.push({ module, replacement, explicit: false, goVersion: "", packages: [], line });
  return undefined;
}

function readReplacement(words: readonly string[]): ModuleVersion | undefined {
  const [arrow, path, version = ""] = words;
  if (arrow !== "=>" || path === undefined || words.length > 3) return undefined;
  return version === "" || isSemver(version) ? { path, version } : undefined;
}

/** The text of vendor/modules.txt as `go mod vendor` writes it; the caller gives sections in `go`'s order. */
export function formatModulesTxt({ workspace, modules }: ModulesTxt): string {
  const lines = workspace ? ["## workspace"] : [];
  for (const section of modules) {
    lines.push(headOf(section));
    const { explicit, goVersion } = section;
    const annotations = [explicit ? "explicit" : "", goVersion === "" ? "" : `go ${goVersion}`];
    const said = annotations.filter((annotation) => annotation !== "");
    if (said.length > 0) lines.push(`## ${said.join("; ")}`);
    for (const path of section.packages) lines.push(path);
  }
  return lines.map((line) => `${line}\n`).join("");
}

function headOf({ module, replacement }: VendoredModule): string {
  const words = ["#", module.path, module.version];
  if (replacement !== undefined) words.push("=>", replacement.path, replacement.version);
  return words.filter((word) => word !== "").join(" ");
}
