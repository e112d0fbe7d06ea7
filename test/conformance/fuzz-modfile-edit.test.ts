import { afterAll, beforeAll, expect, test } from "vitest";
import { ModwharfError } from "../../src/base/errors.ts";
import * as edit from "../../src/modfile/edit.ts";
import {
  setRequire,
  setRequireAtMostTwo,
  setRequireSeparateIndirect,
} from "../../src/modfile/edit-require.ts";
import { addGodebug, addReplace, dropGo, dropGodebug, dropReplace } from "../../src/modfile/edit-shared.ts";
import { sortBlocks, sortWorkBlocks } from "../../src/modfile/edit-sort.ts";
import * as workEdit from "../../src/modfile/edit-work.ts";
import { type GoMod, parseGoMod } from "../../src/modfile/go-mod.ts";
import { type GoWork, parseGoWork } from "../../src/modfile/go-work.ts";
import { formatText } from "../../src/modfile/printer.ts";
import { ModfileTexts, Random } from "../support/modfile-texts.ts";
import { describeWithTools } from "../support/tools.ts";
import { Xmod } from "../support/xmod.ts";

/* Random edits of random files through golang.org/x/mod/modfile and through ours: the same bytes come out. */
const cases = Number(process.env.MODWHARF_FUZZ_CASES ?? 5_000);
const seed = Number(process.env.MODWHARF_FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));
const batch = 500;

type Args = readonly string[];
type Edits<F> = Record<string, (file: F, args: Args) => void>;

const at = (path = "", version = "") => ({ path, version });
const interval = ([low = "", high = ""]: Args) => ({ low, high });

function requirements(args: Args): { module: { path: string; version: string }; indirect: boolean }[] {
  return Array.from({ length: args.length / 3 }, (_, i) => {
    const [path, version, mark] = args.slice(3 * i);
    return { module: at(path, version), indirect: mark === "indirect" };
  });
}

const shared: Edits<GoMod | GoWork> = {
  addGodebug: (file, [key, value]) => addGodebug(file, key!, value!),
  dropGodebug: (file, [key]) => dropGodebug(file, key!),
  addReplace: (file, [path, version, to, toVersion]) =>
    addReplace(file, at(path, version), at(to, toVersion)),
  dropReplace: (file, [path, version]) => dropReplace(file, at(path, version)),
};

const modEdits: Edits<GoMod> = {
  ...shared,
  setModule: (mod, [path]) => edit.setModule(mod, path!),
  setGo: (mod, [version]) => edit.setGo(mod, version!),
  dropGo: (mod) => dropGo(mod),
  setToolchain: (mod, [name]) => edit.setToolchain(mod, name!),
  addRequire: (mod, [path, version]) => edit.addRequire(mod, at(path, version)),
  dropRequire: (mod, [path]) => edit.dropRequire(mod, path!),
  addExclude: (mod, [path, version]) => edit.addExclude(mod, at(path, version)),
  dropExclude: (mod, [path, version]) => edit.dropExclude(mod, at(path, version)),
  addRetract: (mod, args) => edit.addRetract(mod, interval(args), args[2]),
  dropRetract: (mod, args) => edit.dropRetract(mod, interval(args)),
  addTool: (mod, [path]) => edit.addTool(mod, path!),
  dropTool: (mod, [path]) => edit.dropTool(mod, path!),
  addIgnore: (mod, [path]) => edit.addIgnore(mod, path!),
  dropIgnore: (mod, [path]) => edit.dropIgnore(mod, path!),
  sortBlocks: (mod) => sortBlocks(mod),
  setRequire: (mod, args) => setRequire(mod, requirements(args)),
  setRequireSeparateIndirect: (mod, args) => setRequireSeparateIndirect(mod, requirements(args)),
  setRequireAtMostTwo: (mod, args) => setRequireAtMostTwo(mod, requirements(args)),
};

const workEdits: Edits<GoWork> = {
  ...shared,
  setGo: (work, [version]) => workEdit.setWorkGo(work, version!),
  setToolchain: (work, [name]) => workEdit.setWorkToolchain(work, name!),
  addUse: (work, [path]) => workEdit.addUse(work, path!),
  dropUse: (work, [path]) => workEdit.dropUse(work, path!),
  sortBlocks: (work) => sortWorkBlocks(work),
};

const modules = [
  ["example.com/a", "v1.0.0"],
  ["example.com/a", "v1.9.0"],
  ["example.com/new", "v0.1.0"],
  ["a.b/c/v2", "v2.1.0"],
  ["a.b/c", "v0.3.0"],
  ["gopkg.in/yaml.v2", "v2.4.0"],
  ["x.y/z", "v2.0.0"],
] as const;

/** The arguments of an edit: mostly such as hit something in the files of ModfileTexts. */
function argumentsOf(name: string, random: Random): string[] {
  const module = random.pick(modules);
  if (name.startsWith("setRequire")) {
    const chosen = modules.filter(
      ([path], i) => random.chance(60) && modules.findIndex((m) => m[0] === path) === i,
    );
    return chosen.flatMap((m) => [...m, random.pick(["indirect", ""])]);
  }
  if (name.endsWith("Replace")) {
    const version = random.pick([module[1], ""]);
    return [
      module[0],
      version,
      ...random.pick([
        ["./dir", ""],
        ["example.com/new", "v1.0.0"],
      ]),
    ];
  }
  if (name.endsWith("Require") || name.endsWith("Exclude")) return [...module];
  if (name.endsWith("Retract")) {
    const low = random.pick(["v1.0.0", "v0.1.2", "v1", "v2.0.0+incompatible"]);
    return [low, random.pick([low, "v1.2.3-pre.1"]), random.pick(["", "why", "two\nlines"])];
  }
  if (name.endsWith("Godebug")) return [random.pick(["default", "panicnil", "a", "new"]), "x"];
  if (name === "setGo") return [random.pick(["1.21", "1.20.3", "bad"])];
  if (name === "setToolchain") return [random.pick(["go1.22.0", "default", "bad"])];
  if (name.endsWith("Ignore") || name.endsWith("Use")) return [random.pick(["./a", "../b", "./new"])];
  return [random.pick(["example.com/a", "m", "example.com/new"])];
}

interface Question {
  Text: string;
  Edit: string[];
  Cleanup: boolean;
}

/** The text after the edit; undefined where it, or the file, is refused. */
function ours(op: string, { Text, Edit: [name, ...args], Cleanup }: Question): string | undefined {
  try {
    if (op === "modfile.Edit") {
      const mod = parseGoMod("file", Text);
      modEdits[name!]!(mod, args);
      if (Cleanup) edit.cleanup(mod);
      return formatText(mod.syntax);
    }
    const work = parseGoWork("file", Text);
    workEdits[name!]!(work, args);
    if (Cleanup) workEdit.cleanupWork(work);
    return formatText(work.syntax);
  } catch (error) {
    if (error instanceof ModwharfError) return undefined;
    throw error;
  }
}

describeWithTools(["go"], "edits against golang.org/x/mod, random files", () => {
  let go: Xmod;
  beforeAll(async () => {
    go = await Xmod.start();
    process.stderr.write(`modfile edit fuzz: ${cases} cases, MODWHARF_FUZZ_SEED=${seed}\n`);
  });
  afterAll(() => go.close());

  test(`gives the same bytes after ${cases} edits`, { timeout: 3_600_000 }, async () => {
    const random = new Random(seed);
    const texts = new ModfileTexts(seed);
    let edited = 0;
    for (let done = 0; done < cases; done += batch) {
      const isWork = random.chance(20);
      const op = isWork ? "modfile.EditWork" : "modfile.Edit";
      const names = Object.keys(isWork ? workEdits : modEdits);
      const questions = Array.from({ length: Math.min(batch, cases - done) }, (): Question => {
        const name = random.pick(names);
        const Edit = [name, ...argumentsOf(name, random)];
        return {
          Text: texts.plain(isWork ? "go.work" : "go.mod"),
          Edit,
          Cleanup: name.startsWith("setRequire") || random.chance(70),
        };
      });
      const answers = await go.callAll<string>(op, questions);
      for (const [i, { result, panic }] of answers.entries()) {
        expect(panic).toBe(undefined);
        const text = ours(op, questions[i]!);
        const bytes = text === undefined ? undefined : Buffer.from(text).toString("latin1");
        expect(bytes, JSON.stringify({ seed, op, ...questions[i] })).toBe(result);
        if (bytes !== undefined) edited++;
      }
    }
    expect(edited).toBeGreaterThan(cases / 4);
  });
});
