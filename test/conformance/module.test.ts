import { beforeAll, expect, test } from "vitest";
import { decrementDecimal, incrementDecimal } from "../../src/module/decimal.ts";
import { escapePath, unescapePath } from "../../src/module/escape.ts";
import { matchPathMajor } from "../../src/module/major.ts";
import { checkModuleVersion } from "../../src/module/module-version.ts";
import { checkFilePath, checkImportPath, checkPath } from "../../src/module/path.ts";
import { splitPathVersion } from "../../src/module/path-version.ts";
import { matchPrefixPatterns } from "../../src/module/patterns.ts";
import * as pseudo from "../../src/module/pseudo.ts";
import { attempt } from "../support/fuzz.ts";
import { describeWithTools } from "../support/tools.ts";
import { dumpXmodTests } from "../support/xmod.ts";

interface Tables {
  check: { path: string; version: string; ok: boolean }[];
  checkPath: { path: string; ok: boolean; importOK: boolean; fileOK: boolean }[];
  splitPathVersion: { prefix: string; pathMajor: string }[];
  escape: { path: string; escaped: string }[];
  badUnescape: string[];
  matchPathMajor: { Version: string; PathMajor: string; Want: boolean }[];
  matchPrefixPatterns: { Globs: string; Target: string; Want: boolean }[];
  pseudo: { major: string; older: string; version: string }[];
  pseudoTime: string;
  pseudoVersionBase: { Version: string; Want: string; OK: boolean }[];
  decimals: { Func: "inc" | "dec"; In: string; Want: string }[];
}

/** The functions whose tables stand inside Go's tests; the copy records their calls. */
const recorded = ["MatchPathMajor", "MatchPrefixPatterns", "incDecimal", "decDecimal", "PseudoVersionBase"];

const accepts = (run: () => unknown) => !("error" in attempt(run));

/** Go's one path that is not UTF-8 holds the byte FF; a lone surrogate is its counterpart in a JavaScript string. */
function pathOf(base64: string): string {
  return Buffer.from(base64, "base64").toString("latin1").includes("\xff")
    ? Buffer.from(base64, "base64").toString("latin1").replace("\xff", "\ud800")
    : Buffer.from(base64, "base64").toString("utf8");
}

describeWithTools(["go"], "the tests of golang.org/x/mod/module", () => {
  let tables: Tables;
  let paths: { path: string; ok: boolean; importOK: boolean; fileOK: boolean }[];
  beforeAll(async () => {
    tables = await dumpXmodTests<Tables>("module", recorded);
    paths = tables.checkPath.map((row) => ({ ...row, path: pathOf(row.path) }));
  });

  test("are all there", () => {
    for (const [name, table] of Object.entries(tables)) expect(table.length, name).toBeGreaterThan(0);
    expect(paths.length).toBeGreaterThanOrEqual(105);
  });

  test("Check", () => {
    expect(tables.check.map((row) => ({ ...row, ok: accepts(() => checkModuleVersion(row)) }))).toEqual(
      tables.check,
    );
  });

  test("CheckPath, CheckImportPath, CheckFilePath", () => {
    const ours = paths.map(({ path }) => ({
      path,
      ok: accepts(() => checkPath(path)),
      importOK: accepts(() => checkImportPath(path)),
      fileOK: accepts(() => checkFilePath(path)),
    }));
    expect(ours).toEqual(paths);
  });

  test("SplitPathVersion", () => {
    for (const { prefix, pathMajor } of tables.splitPathVersion) {
      expect(splitPathVersion(prefix + pathMajor)).toEqual({ prefix, pathMajor });
    }
    for (const { path } of paths) {
      const split = splitPathVersion(path);
      if (split !== undefined) expect(split.prefix + split.pathMajor).toBe(path);
    }
  });

  test("EscapePath, UnescapePath", () => {
    for (const { path, escaped } of tables.escape) {
      expect(escapePath(path)).toBe(escaped || path);
      expect(unescapePath(escaped || path)).toBe(path);
    }
    const bad = paths.filter((row) => !row.ok).map((row) => row.path);
    expect(bad.filter((path) => accepts(() => escapePath(path)))).toEqual([]);
    expect([...bad, ...tables.badUnescape].filter((path) => accepts(() => unescapePath(path)))).toEqual([]);
  });

  test("MatchPathMajor", () => {
    const ours = tables.matchPathMajor.map((row) => ({
      ...row,
      Want: matchPathMajor(row.Version, row.PathMajor),
    }));
    expect(ours).toEqual(tables.matchPathMajor);
  });

  test("MatchPrefixPatterns", () => {
    const ours = tables.matchPrefixPatterns.map((row) => ({
      ...row,
      Want: matchPrefixPatterns(row.Globs, row.Target),
    }));
    expect(ours).toEqual(tables.matchPrefixPatterns);
  });

  test("PseudoVersion and its parts", () => {
    const time = new Date(tables.pseudoTime);
    for (const { major, older, version } of tables.pseudo) {
      expect(pseudo.makePseudoVersion({ major, older, time, revision: "hash" })).toBe(version);
      expect(pseudo.isPseudoVersion(version)).toBe(true);
      expect(pseudo.parsePseudoVersion(version)).toEqual({
        base: older || undefined,
        time,
        revision: "hash",
      });
      expect(pseudo.isPseudoVersion(older)).toBe(false);
      expect(accepts(() => pseudo.pseudoVersionTime(older))).toBe(false);
      expect(accepts(() => pseudo.pseudoVersionRevision(older))).toBe(false);
    }
    expect(accepts(() => pseudo.pseudoVersionTime("---"))).toBe(false);
  });

  test("PseudoVersionBase", () => {
    for (const { Version, Want, OK } of tables.pseudoVersionBase) {
      const ours = attempt(() => pseudo.pseudoVersionBase(Version) ?? "");
      expect("error" in ours ? { Version } : { Version, Want: ours.result }).toEqual(
        OK ? { Version, Want } : { Version },
      );
    }
  });

  test("incDecimal, decDecimal", () => {
    for (const { Func, In, Want } of tables.decimals) {
      expect((Func === "inc" ? incrementDecimal(In) : decrementDecimal(In)) ?? "", `${Func} ${In}`).toBe(
        Want,
      );
    }
  });
});
