import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseGoMod } from "../../src/modfile/go-mod.ts";
import { parseGoWork } from "../../src/modfile/go-work.ts";
import { modulePath } from "../../src/modfile/module-path.ts";
import { parseSyntax } from "../../src/modfile/parser.ts";
import { formatText } from "../../src/modfile/printer.ts";
import type { FileSyntax } from "../../src/modfile/syntax.ts";
import { parsers } from "../support/modfile-dump.ts";
import { describeWithTools } from "../support/tools.ts";
import { dumpXmodTests, Xmod, xmodSourceDir } from "../support/xmod.ts";

/** How each test of golang.org/x/mod/modfile is run here; `edit` in modfile-edit.test.ts, the others below. */
const handled: Record<string, string> = {
  TestPrintGolden: "golden files",
  TestPrintParse: "golden files",
  TestWorkPrintParse: "golden files",
  TestParsePunctuation: "punctuation",
  TestParseLax: "recorded texts",
  TestParseVersions: "recorded texts",
  TestComments: "recorded texts",
  TestModulePath: "modulePath",
  TestRetractRationale: "rationale",
  TestModuleDeprecated: "deprecated",
  TestAddRequire: "edit",
  TestAddGodebug: "edit",
  TestSetRequire: "edit",
  TestSetRequireSeparateIndirect: "edit",
  TestSetRequireAtMostTwo: "edit",
  TestAddGo: "edit",
  TestDropGo: "edit",
  TestAddToolchain: "edit",
  TestDropToolchain: "edit",
  TestDropGodebug: "edit",
  TestAddExclude: "edit",
  TestAddRetract: "edit",
  TestDropRetract: "edit",
  TestSortBlocks: "edit",
  TestAddRetractValidateVersion: "edit",
  TestAddExcludeValidateVersion: "edit",
  TestFixVersion: "edit",
  TestAddOnEmptyFile: "edit: its table holds functions, its one row is written out",
  TestAddTool: "edit",
  TestDropTool: "edit",
  TestAddIgnore: "edit",
  TestDropIgnore: "edit",
  TestAddUse: "edit",
  TestDropUse: "edit",
  TestWorkAddGo: "edit",
  TestWorkAddToolchain: "edit",
  TestWorkSortBlocks: "edit",
  TestWorkAddGodebug: "edit",
  TestWorkDropGodebug: "edit",
  TestCleanup: "not taken: its trees are Go values inside the function; see test/modfile/edit-lines.test.ts",
  TestCleanupMaintainsRefs: "not taken, for the same reason; see test/modfile/edit-lines.test.ts",
};

interface Tables {
  tests: string[];
  punctuation: { Text: string; Tokens: string[] }[];
  recorded: [op: string, text: string][];
  modulePath: { input: string; expected: string }[];
  retractRationale: { desc: string; in: string; want: string }[];
  moduleDeprecated: { desc: string; in: string; want: string }[];
}

describeWithTools(["go"], "the reading and printing tests of golang.org/x/mod/modfile", () => {
  let tables: Tables;
  let testdata: string;
  let go: Xmod;
  beforeAll(async () => {
    go = await Xmod.start();
    tables = await dumpXmodTests<Tables>("modfile", ["Parse", "ParseLax", "ParseWork", "parse"]);
    testdata = join(await xmodSourceDir(), "modfile", "testdata");
  });
  afterAll(() => go.close());

  test("are all there", () => {
    expect(tables.tests.toSorted()).toEqual(Object.keys(handled).sort());
    expect(tables.recorded.length).toBeGreaterThan(200);
    expect(tables.punctuation).toHaveLength(5);
    expect(goldenFiles().length + goldenFiles("work").length).toBeGreaterThanOrEqual(30);
  });

  function goldenFiles(folder = ""): string[] {
    return readdirSync(join(testdata, folder))
      .filter((name) => /\.(in|golden)$/.test(name))
      .map((name) => join(testdata, folder, name));
  }

  /** The layout of a file is that of its golden file, and printing it again changes nothing. */
  function checkGolden(file: string, parsed: FileSyntax): void {
    const golden = readFileSync(file.replace(/\.in$/, ".golden"), "utf8");
    expect(formatText(parsed), file).toBe(golden);
    expect(formatText(parseSyntax(file, formatText(parsed))), file).toBe(golden);
  }

  test("golden files", () => {
    // x/mod's own list: files that show layout with directives that no go.mod has.
    const notGoMod = /[\\/](block|comment|rule1)\.(in|golden)$/;
    for (const file of goldenFiles()) {
      const input = readFileSync(file);
      if (notGoMod.test(file)) checkGolden(file, parseSyntax(file, input));
      else checkGolden(file, parseGoMod(file, input).syntax);
    }
    for (const file of goldenFiles("work")) checkGolden(file, parseGoWork(file, readFileSync(file)).syntax);
  });

  test("golden files are read as Go reads them", async () => {
    for (const file of [...goldenFiles(), ...goldenFiles("work")]) {
      const input = readFileSync(file);
      for (const [op, parse] of Object.entries(parsers)) {
        const { result } = await go.call(op, { Text: input.toString() });
        expect(parse(input), `${op} ${file}`).toEqual(result);
      }
    }
  });

  test("punctuation", () => {
    for (const { Text, Tokens } of tables.punctuation) {
      const input = Buffer.from(Text, "base64");
      const tokens = parseSyntax("go.mod", input).statements.flatMap((statement) => {
        if (statement.kind === "comments") return [];
        if (statement.kind === "line") return statement.tokens;
        return [...statement.tokens, "(", ...statement.lines.flatMap((line) => line.tokens), ")"];
      });
      expect(tokens, input.toString()).toEqual(Tokens);
    }
  });

  test("recorded texts", async () => {
    for (const [op, text] of tables.recorded) {
      const { result } = await go.call(op, { Text: text });
      expect(parsers[op]!(Buffer.from(text)), `${op} ${text}`).toEqual(result);
    }
  });

  test("modulePath", () => {
    for (const { input, expected } of tables.modulePath) expect(modulePath(input), input).toBe(expected);
  });

  test("rationale", () => {
    for (const row of tables.retractRationale) {
      const { retract } = parseGoMod("in", row.in);
      expect(
        retract.map(({ rationale }) => rationale),
        row.desc,
      ).toEqual([row.want]);
    }
  });

  test("deprecated", () => {
    for (const row of tables.moduleDeprecated) {
      expect(parseGoMod("in", row.in).module?.deprecated, row.desc).toBe(row.want);
    }
  });
});
