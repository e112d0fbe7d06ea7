import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ModwharfError } from "../../src/base/errors.ts";
import { escapePath, escapeVersion, unescapePath, unescapeVersion } from "../../src/module/escape.ts";
import { matchGlob } from "../../src/module/glob.ts";
import {
  canonicalModuleVersion,
  checkPathMajor,
  matchPathMajor,
  pathMajorPrefix,
} from "../../src/module/major.ts";
import {
  checkModuleVersion,
  type ModuleVersion,
  sortModuleVersions,
} from "../../src/module/module-version.ts";
import { checkFilePath, checkImportPath, checkPath } from "../../src/module/path.ts";
import { splitPathVersion } from "../../src/module/path-version.ts";
import { matchPrefixPatterns } from "../../src/module/patterns.ts";
import * as pseudo from "../../src/module/pseudo.ts";
import { equalFold } from "../../src/module/unicode/fold.ts";
import * as semver from "../../src/module/version.ts";
import { announceFuzz, attempt, expectSame, expectSameReason, fuzz, fuzzTimeoutMs } from "../support/fuzz.ts";
import {
  globPairs,
  mutated,
  pathMajors,
  paths,
  pseudoVersions,
  versions,
} from "../support/module-arbitraries.ts";
import { describeWithTools } from "../support/tools.ts";
import { goText, Xmod } from "../support/xmod.ts";

/** What a check that passed is compared as: the Go program answers `true` for "no error". */
function passes(check: () => void): { result: true } | { error: ModwharfError } {
  return attempt(() => {
    check();
    return true as const;
  });
}

/** Go has no order for text without UTF-8 form, and no version made of it. */
const hasUtf8 = (value: unknown) => !/\\u[dD][89a-fA-F]/.test(JSON.stringify(value));

/**
 * Leaves out modules whose version has the precedence of another's but is another text: module.Sort calls them
 * equal, yet not each with its own go.mod line, so that Go itself has no order for three such.
 */
function withoutTies(list: ModuleVersion[]): ModuleVersion[] {
  const plain = ({ version }: ModuleVersion) => version.split("/")[0]!;
  const isTie = (a: ModuleVersion, b: ModuleVersion) =>
    a.path === b.path && plain(a) !== plain(b) && semver.compareVersions(plain(a), plain(b)) === 0;
  return list.filter((one, i) => !list.slice(0, i).some((other) => isTie(one, other)));
}

/** Our strings in Go's form: Go has "" where ours has undefined. */
const goString = (text: string | undefined) => goText(text ?? "");

describeWithTools(["go"], "the same answers as golang.org/x/mod for generated", () => {
  let go: Xmod;
  beforeAll(async () => {
    announceFuzz("module");
    go = await Xmod.start();
  });
  afterAll(() => go.close());

  const fuzzTest = <T>(name: string, values: fc.Arbitrary<T>, property: (value: T) => Promise<void>) =>
    test(name, () => fuzz(values, property), fuzzTimeoutMs);

  fuzzTest("module paths", paths, async (path) => {
    const args = { path: goText(path) };
    expectSameReason(
      passes(() => checkPath(path)),
      await go.call<true>("module.CheckPath", args),
    );
    expect((await go.call("module.SplitPathVersion", args)).result ?? undefined).toEqual(
      encoded(splitPathVersion(path)),
    );
  });

  fuzzTest("import paths", paths, async (path) => {
    const answer = await go.call<true>("module.CheckImportPath", { path: goText(path) });
    expectSameReason(
      passes(() => checkImportPath(path)),
      answer,
    );
  });

  fuzzTest("file paths", paths, async (path) => {
    const answer = await go.call<true>("module.CheckFilePath", { path: goText(path) });
    expectSameReason(
      passes(() => checkFilePath(path)),
      answer,
    );
  });

  fuzzTest("versions", versions, async (version) => {
    const args = { version: goText(version) };
    expect((await go.call("semver.parts", args)).result).toEqual({
      IsValid: semver.isSemver(version),
      Canonical: goString(semver.canonicalVersion(version)),
      Major: goString(semver.majorOf(version)),
      MajorMinor: goString(semver.majorMinorOf(version)),
      Prerelease: goString(semver.prereleaseOf(version)),
      Build: goString(semver.buildOf(version)),
    });
    const canonical = (await go.call("module.CanonicalVersion", args)).result;
    expect(canonicalModuleVersion(version) ?? "").toBe(canonical);
  });

  // The second one is often a near relative of the first, where an order is most easily wrong.
  const versionPairs = fc.oneof(
    fc.tuple(versions, versions),
    versions.chain((version) => fc.tuple(fc.constant(version), mutated(fc.constant(version)))),
  );
  fuzzTest("pairs of versions", versionPairs, async ([a, b]) => {
    const order = (await go.call("semver.Compare", { a: goText(a), b: goText(b) })).result;
    expect(semver.compareVersions(a, b)).toBe(order);
  });

  fuzzTest("lists of versions", fc.array(versions, { maxLength: 12 }).filter(hasUtf8), async (list) => {
    expect(semver.sortVersions(list)).toEqual((await go.call("semver.Sort", list)).result ?? []);
  });

  const goSumVersions = fc.oneof(
    versions,
    versions.map((version) => `${version}/go.mod`),
  );
  const modules = fc.record({ path: paths, version: goSumVersions });
  const ofOnePath = (length: number) =>
    fc
      .tuple(paths, fc.array(goSumVersions, { maxLength: length }))
      .map(([path, list]) => list.map((version) => ({ path, version })));
  const moduleLists = fc.oneof(
    fc.array(modules, { maxLength: 12 }).map(withoutTies),
    ofOnePath(12).map(withoutTies),
    ofOnePath(2), // where nothing but the one comparison decides, equals can be compared too
  );
  fuzzTest("lists of modules", moduleLists.filter(hasUtf8), async (list) => {
    const sorted = (await go.call<{ Path: string; Version: string }[]>("module.Sort", list)).result ?? [];
    expect(sortModuleVersions(list)).toEqual(
      sorted.map(({ Path, Version }) => ({ path: Path, version: Version })),
    );
  });

  fuzzTest("module versions", fc.record({ path: paths, version: versions }), async (module) => {
    const answer = await go.call<true>("module.Check", {
      path: goText(module.path),
      version: goText(module.version),
    });
    expectSameReason(
      passes(() => checkModuleVersion(module)),
      answer,
    );
  });

  const oddMajors = fc.constantFrom(
    "v0.0.0",
    "v0.0.0-x",
    "v0.0.0+x",
    "v1",
    "v2.0.0+incompatible",
    "v2.0.0+incompatible.x",
    "v0.0.0-",
  );
  const majors = fc.record({ version: fc.oneof(versions, pseudoVersions, oddMajors), pathMajor: pathMajors });
  fuzzTest("major version suffixes", majors, async ({ version, pathMajor }) => {
    const args = { version: goText(version), pathMajor };
    const answer = await go.call<true>("module.CheckPathMajor", args);
    expectSameReason(
      passes(() => checkPathMajor(version, pathMajor)),
      answer,
    );
    expect(matchPathMajor(version, pathMajor)).toBe(answer.error === undefined);
    expectSame(
      attempt(() => pathMajorPrefix(pathMajor)),
      await go.call<string>("module.PathMajorPrefix", args),
    );
  });

  // Half of them as they are escaped, so that unescaping has something to undo.
  const escapedPaths = fc.oneof(
    paths,
    mutated(paths.map((path) => path.replace(/[A-Z]/g, (c) => `!${c.toLowerCase()}`))),
  );
  fuzzTest("escaped paths", escapedPaths, async (path) => {
    const args = { path: goText(path) };
    expectSame(
      attempt(() => escapePath(path)),
      await go.call<string>("module.EscapePath", args),
    );
    expectSame(
      attempt(() => unescapePath(path)),
      await go.call<string>("module.UnescapePath", args),
    );
  });

  const escapedVersions = fc.oneof(
    versions,
    pseudoVersions,
    fc.constantFrom("master", "Feature", "a/b", "!feature", "con", ""),
  );
  fuzzTest("escaped versions", mutated(escapedVersions), async (version) => {
    const args = { version: goText(version) };
    expectSame(
      attempt(() => escapeVersion(version)),
      await go.call<string>("module.EscapeVersion", args),
    );
    expectSame(
      attempt(() => unescapeVersion(version)),
      await go.call<string>("module.UnescapeVersion", args),
    );
  });

  fuzzTest("pseudo-versions", fc.oneof(pseudoVersions, pseudoVersions, versions), async (version) => {
    const answer = await go.call<Record<string, unknown>>("module.parsePseudoVersion", {
      version: goText(version),
    });
    const { IsPseudo, IsZero, Base, BaseOK, Time, TimeOK, Revision } = answer.result!;
    expect(pseudo.isPseudoVersion(version)).toBe(IsPseudo);
    expect(pseudo.isZeroPseudoVersion(version)).toBe(IsZero);
    const rfc3339 = (time: Date) => time.toISOString().replace(".000Z", "Z");
    const asAnswer = (value: unknown, ok: unknown) => (ok ? { result: value } : { error: String(value) });
    expectSameReason(
      attempt(() => pseudo.pseudoVersionBase(version) ?? ""),
      asAnswer(Base, BaseOK),
    );
    expectSameReason(
      attempt(() => rfc3339(pseudo.pseudoVersionTime(version))),
      asAnswer(Time, TimeOK),
    );
    expectSameReason(
      attempt(() => pseudo.pseudoVersionRevision(version)),
      asAnswer(Revision, IsPseudo),
    );
  });

  const sources = fc.record({
    major: fc.constantFrom("", "v0", "v1", "v2", "v10"),
    older: fc.oneof(versions, pseudoVersions).filter(hasUtf8),
    revision: fc.constantFrom("abcdef123456", "000000000000", ""),
    seconds: fc.integer({ min: -62_167_219_200, max: 253_402_300_799 }), // years 0 to 9999
  });
  fuzzTest("sources of pseudo-versions", sources, async ({ seconds, ...source }) => {
    const made = pseudo.makePseudoVersion({ ...source, time: new Date(seconds * 1000) });
    expect(made).toBe((await go.call("module.PseudoVersion", { ...source, seconds })).result);
    const zero = (await go.call("module.ZeroPseudoVersion", { ...source, seconds })).result;
    expect(pseudo.zeroPseudoVersion(source.major)).toBe(zero);
  });

  const patterns = fc.tuple(
    globPairs,
    fc.array(
      globPairs.map(({ glob }) => glob),
      { maxLength: 2 },
    ),
    fc.boolean(),
  );
  fuzzTest("prefix patterns", patterns, async ([{ glob, target }, others, before]) => {
    const globs = (before ? [...others, glob] : [glob, ...others]).join(",");
    const matched = (await go.call("module.MatchPrefixPatterns", { globs, target })).result;
    expect(matchPrefixPatterns(globs, target)).toBe(matched);
    expect(matchGlob(glob, target)).toBe(
      (await go.call("path.Match", { pattern: glob, name: target })).result,
    );
  });

  const foldPairs = paths.chain((text) =>
    fc.tuple(
      fc.constant(text),
      fc.oneof(mutated(fc.constant(text)), fc.constantFrom(text.toUpperCase(), text.toLowerCase())),
    ),
  );
  fuzzTest("pairs that may fold", foldPairs, async ([a, b]) => {
    expect(equalFold(a, b)).toBe((await go.call("strings.EqualFold", { a: goText(a), b: goText(b) })).result);
  });
});

function encoded(split: ReturnType<typeof splitPathVersion>) {
  return split && { prefix: goText(split.prefix), pathMajor: goText(split.pathMajor) };
}
