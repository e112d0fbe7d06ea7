import { beforeAll, expect, test } from "vitest";
import { ModwharfError } from "../../src/base/errors.ts";
import * as edit from "../../src/modfile/edit.ts";
import {
  setRequire,
  setRequireAtMostTwo,
  setRequireSeparateIndirect,
} from "../../src/modfile/edit-require.ts";
import { addGodebug, dropGo, dropGodebug, dropToolchain } from "../../src/modfile/edit-shared.ts";
import { sortBlocks, sortWorkBlocks } from "../../src/modfile/edit-sort.ts";
import * as workEdit from "../../src/modfile/edit-work.ts";
import { emptyGoMod, type GoMod, parseGoMod, parseGoModLax } from "../../src/modfile/go-mod.ts";
import { type GoWork, parseGoWork } from "../../src/modfile/go-work.ts";
import { formatText } from "../../src/modfile/printer.ts";
import { newFileSyntax } from "../../src/modfile/syntax.ts";
import { describeWithTools } from "../support/tools.ts";
import { dumpXmodTests } from "../support/xmod.ts";

/** A row of a table: its columns have the names that Go's tests give them, and no table has them all. */
interface Row {
  desc: string;
  in: string;
  out: string;
  want: string;
  wantErr: string;
  path: string;
  modulePath: string;
  vers: string;
  version: string;
  low: string;
  high: string;
  rationale: string;
  key: string;
  value: string;
  mods: { path: string; vers: string; indirect: boolean }[];
  strict: boolean;
}

type Tables = Record<string, Row[]>;

const printed = (file: GoMod | GoWork): string => formatText(file.syntax);

/** Applies the edit to each row's `in` and expects the text of its `out` (or `want`), in standard layout. */
function checkGoMod(rows: readonly Row[], change: (mod: GoMod, row: Row) => void): void {
  for (const row of rows) {
    const parse = row.strict === false ? parseGoModLax : parseGoMod;
    const mod = parse("in", row.in);
    change(mod, row);
    expect(printed(mod), row.desc).toBe(printed(parse("out", row.out ?? row.want)));
  }
}

function checkGoWork(rows: readonly Row[], change: (work: GoWork, row: Row) => void): void {
  for (const row of rows) {
    const work = parseGoWork("in", row.in);
    change(work, row);
    expect(printed(work), row.desc).toBe(printed(parseGoWork("out", row.out)));
  }
}

const codeOf = (run: () => void): string | undefined => {
  try {
    run();
    return undefined;
  } catch (error) {
    return error instanceof ModwharfError ? error.code : String(error);
  }
};

describeWithTools(["go"], "the editing tests of golang.org/x/mod/modfile", () => {
  let tables: Tables;
  beforeAll(async () => {
    tables = await dumpXmodTests<Tables>("modfile", ["Parse", "ParseLax", "ParseWork", "parse"]);
  });

  test("have rows", () => {
    const edits = Object.entries(tables).filter(([, rows]) => rows.some((row) => row.in !== undefined));
    expect(edits.length).toBeGreaterThanOrEqual(26);
    expect(edits.flatMap(([, rows]) => rows).length).toBeGreaterThanOrEqual(115);
  });

  test("module, go and toolchain", () => {
    checkGoMod(tables.addGo!, (mod, row) => edit.setGo(mod, row.version));
    checkGoMod(tables.dropGo!, dropGo);
    checkGoMod(tables.addToolchain!, (mod, row) => edit.setToolchain(mod, row.version));
    checkGoMod(tables.dropToolchain!, dropToolchain);
    expect(tables.modifyEmptyFiles).toEqual([{ desc: "addGoStmt", operations: true, want: "go 1.20" }]);
    const mod = emptyGoMod(newFileSyntax("go.mod"));
    edit.setGo(mod, "1.20");
    expect(printed(mod)).toBe("go 1.20\n");
  });

  test("require", () => {
    checkGoMod(tables.addRequire!, (mod, row) => {
      edit.addRequire(mod, { path: row.path, version: row.vers });
      edit.cleanup(mod);
    });
    for (const [name, change] of Object.entries({
      setRequire,
      setRequireSeparateIndirect,
      setRequireAtMostTwo,
    })) {
      checkGoMod(tables[name]!, (mod, row) => {
        const list = row.mods.map(({ path, vers, indirect }) => ({
          module: { path, version: vers },
          indirect,
        }));
        change(mod, list);
        edit.cleanup(mod);
        expect(mod.require.length, row.desc).toBe(list.length);
      });
    }
  });

  test("godebug", () => {
    checkGoMod(tables.addGodebug!, (mod, row) => {
      addGodebug(mod, row.key, row.value);
      edit.cleanup(mod);
    });
    checkGoMod(tables.dropGodebug!, (mod, row) => {
      dropGodebug(mod, row.key);
      edit.cleanup(mod);
    });
    const forWork = (row: Row): Row => ({
      ...row,
      in: row.in.replaceAll("module m", "use foo"),
      out: row.out.replaceAll("module m", "use foo"),
    });
    checkGoWork(tables.addGodebug!.map(forWork), (work, row) => {
      addGodebug(work, row.key, row.value);
      workEdit.cleanupWork(work);
    });
    checkGoWork(tables.dropGodebug!.map(forWork), (work, row) => {
      dropGodebug(work, row.key);
      workEdit.cleanupWork(work);
    });
  });

  test("exclude and retract", () => {
    checkGoMod(tables.addExclude!, (mod, row) =>
      edit.addExclude(mod, { path: row.path, version: row.version }),
    );
    checkGoMod(tables.addRetract!, (mod, row) =>
      edit.addRetract(mod, { low: row.low, high: row.high }, row.rationale),
    );
    checkGoMod(tables.dropRetract!, (mod, row) => {
      edit.dropRetract(mod, { low: row.low, high: row.high });
      edit.cleanup(mod);
    });
  });

  test("versions that cannot be excluded or retracted", () => {
    for (const row of tables.addExcludeValidateVersion!) {
      const mod = parseGoMod("in", "module m");
      const add = () => edit.addExclude(mod, { path: row.path, version: row.version });
      expect(codeOf(add), row.desc).toBe("MODULE_VERSION");
    }
    for (const row of tables.addRetractValidateVersion!) {
      const mod = emptyGoMod(newFileSyntax("go.mod"));
      edit.setModule(mod, row.path);
      const add = () => edit.addRetract(mod, { low: row.low, high: row.high });
      expect(codeOf(add), row.desc).toBe("MODULE_VERSION");
    }
  });

  test("tool and ignore", () => {
    const changes = {
      addTool: edit.addTool,
      dropTool: edit.dropTool,
      addIgnore: edit.addIgnore,
      dropIgnore: edit.dropIgnore,
    };
    for (const [name, change] of Object.entries(changes)) {
      checkGoMod(tables[name]!, (mod, row) => {
        change(mod, row.path);
        edit.cleanup(mod);
      });
    }
  });

  test("sorting", () => {
    checkGoMod(tables.sortBlocks!, sortBlocks);
    checkGoWork(tables.workSortBlocks!, sortWorkBlocks);
  });

  test("a version fixer", () => {
    const fix = (path: string, version: string): string => {
      if (path === "example.com/m") return `v${version}`;
      throw new ModwharfError("MODULE_VERSION", "another module");
    };
    for (const row of tables.fixVersion!) {
      const parse = () => parseGoMod("in", row.in, fix);
      if (row.wantErr !== "") expect(codeOf(parse), row.desc).toBe("MODFILE_SYNTAX");
      else expect(printed(parse()), row.desc).toBe(printed(parseGoMod("out", row.want)));
    }
  });

  test("go.work", () => {
    checkGoWork(tables.workAddUse!, (work, row) => workEdit.addUse(work, row.path, row.modulePath));
    checkGoWork(tables.workDropUse!, (work, row) => {
      workEdit.dropUse(work, row.path);
      workEdit.cleanupWork(work);
    });
    checkGoWork(tables.workAddGo!, (work, row) => workEdit.setWorkGo(work, row.version));
    checkGoWork(tables.workAddToolchain!, (work, row) => workEdit.setWorkToolchain(work, row.version));
  });
});
