import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { columns, type ZipRuleId } from "../../src/zip/rules.ts";
import { parseTxtar, type Txtar } from "./txtar.ts";

/** One case of golang.org/x/mod/zip/testdata. */
export interface ZipCase {
  readonly name: string;
  /** The key=value lines: path, version, wantErr, hash. */
  readonly params: { path?: string; version?: string; wantErr?: string; hash?: string };
  /** Without the file `want`. */
  readonly files: Txtar["files"];
  /** The content of the file `want`. */
  readonly want: string;
}

/** The cases of one directory of x/mod's zip/testdata. */
export function zipCases(xmodDir: string, kind: string): ZipCase[] {
  const dir = join(xmodDir, "zip", "testdata", kind);
  return readdirSync(dir)
    .filter((name) => name.endsWith(".txt"))
    .map((name) => {
      const { comment, files } = parseTxtar(readFileSync(join(dir, name)));
      const pairs = comment
        .split("\n")
        .map((line) => line.replace(/#.*/, "").trim())
        .filter((line) => line !== "")
        .map((line) => [line.slice(0, line.indexOf("=")).trim(), line.slice(line.indexOf("=") + 1).trim()]);
      return {
        name: name.slice(0, -".txt".length),
        params: Object.fromEntries(pairs) as ZipCase["params"],
        files: files.filter((file) => file.name !== "want"),
        want: files.find((file) => file.name === "want")?.data.toString("utf8") ?? "",
      };
    });
}

/** Writes the files of a case below `dir`. */
export function writeTree(dir: string, files: Txtar["files"]): void {
  for (const { name, data } of files) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), data);
  }
}

/** The rule behind a reason in Go's words, so that verdicts compare by rule and not by wording. */
export function ruleOfReason(reason: string): ZipRuleId | string {
  return reasons.find(([pattern]) => pattern.test(reason))?.[1] ?? reason;
}

const reasons: readonly (readonly [RegExp, ZipRuleId])[] = [
  [/^path does not have prefix/, "zip-prefix"],
  [/^file path is not clean/, "path-clean"],
  [/^file path is not relative/, "path-relative"],
  [/^file is in vendor directory/, "vendored"],
  [/is in another module$/, "nested-module"],
  [/^directory is a version control repository/, "vcs-directory"],
  [/^file is inserted by 'hg archive'/, "hg-archival"],
  [/^malformed file path/, "path-valid"],
  [/^go\.mod files must have lowercase names/, "go-mod-case"],
  [/^go\.mod file not in module root/, "go-mod-in-root"],
  [
    /^(?:case-insensitive file name collision|entry .* is both a file|multiple entries for file)/s,
    "collision",
  ],
  [/^file is a symbolic link/, "symlink"],
  [/^not a regular file/, "irregular"],
  [/^go\.mod file too large/, "go-mod-size"],
  [/^LICENSE file too large/, "license-size"],
];

/** Every rule that some column applies. */
export const appliedRules = new Set(Object.values(columns).flatMap((cells) => cells.map(([rule]) => rule)));
