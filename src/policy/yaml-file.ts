import type { Document, Node } from "yaml";
import { ModwharfError, messageOf } from "../base/errors.ts";
import { checkSchema, type Schema } from "./schema-check.ts";

/** A policy of a thousand waivers has 200 KiB. */
export const maxYamlBytes = 1024 * 1024;
/** Anchors are for a handful of shared lists; a bomb needs many. */
const MAX_ALIASES = 100;
/** Deeper than any schema of ours; checked before parsing, which recurses. */
const MAX_DEPTH = 64;

export interface YamlProblem {
  line: number;
  column: number;
  what: string;
  expected?: string;
  fix?: string;
}

export interface YamlFile {
  value: unknown;
  problems: YamlProblem[];
  /** 1-based place of the value at a path of keys and indexes; of what contains it when it has none. */
  placeOf(path: readonly (string | number)[]): { line: number; column: number };
}

/** Parses a YAML file and checks it by a schema, with a place for each problem. Never throws for bad content. */
export async function readYaml(text: string, schema: Schema): Promise<YamlFile> {
  const refused = refusal(text);
  if (refused !== undefined) return failed(refused);
  const { LineCounter, parseDocument, isMap, isPair } = await import("./yaml.ts");
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const [error] = document.errors;
  if (error !== undefined) return failed({ ...at(error.pos[0]), what: `not valid YAML: ${error.message}` });
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: MAX_ALIASES }) ?? {};
  } catch (problem) {
    return failed({
      line: 1,
      column: 1,
      what: `not usable YAML: ${messageOf(problem)}`,
      fix: "use fewer aliases",
    });
  }
  const placeOf = (path: readonly (string | number)[], atKey = false) => {
    if (atKey) {
      const parent = document.getIn(path.slice(0, -1), true) ?? document.contents;
      const pair = isMap(parent) ? parent.items.find((item) => String(item.key) === path.at(-1)) : undefined;
      const range = isPair(pair) ? (pair.key as Node).range : undefined;
      if (range) return at(range[0]);
    }
    return at(offsetOf(document, path));
  };
  const problems = checkSchema(value, schema).map(({ path, atKey, ...rest }) => ({
    ...placeOf(path, atKey),
    ...rest,
  }));
  return { value, problems, placeOf };
}

/** The first problem as an error that names the file; the others are listed behind it. */
export function yamlError(file: string, problems: readonly YamlProblem[], what: string): ModwharfError {
  const [first] = problems;
  const { line, column } = first!;
  const others = problems
    .slice(1, 10)
    .map((problem) => `; ${file}:${problem.line}:${problem.column}: ${problem.what}`)
    .join("");
  return new ModwharfError("POLICY_INVALID", what, {
    subject: `${file}:${line}:${column}`,
    expected: first!.expected,
    actual: `${first!.what}${others}`,
    fix: first!.fix ?? `correct ${file}, line ${line}; docs/gate.md shows every key`,
    at: { file, line, column },
  });
}

function refusal(text: string): YamlProblem | undefined {
  if (text.length > maxYamlBytes) {
    return {
      line: 1,
      column: 1,
      what: "the file is too large",
      expected: `at most ${maxYamlBytes} characters`,
    };
  }
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === "[" || char === "{") depth++;
    else if (char === "]" || char === "}") depth--;
    if (depth > MAX_DEPTH) {
      const line = text.slice(0, i).split("\n").length;
      return {
        line,
        column: 1,
        what: "the file is nested too deeply",
        expected: `at most ${MAX_DEPTH} levels`,
      };
    }
  }
  const deepest = /^(?:[ \t]|- ){256}/m.exec(text);
  if (deepest === null) return undefined;
  const line = text.slice(0, deepest.index).split("\n").length;
  return {
    line,
    column: 1,
    what: "the file is nested too deeply",
    expected: "less than 256 columns of indentation",
  };
}

function failed(problem: YamlProblem): YamlFile {
  return { value: {}, problems: [problem], placeOf: () => ({ line: problem.line, column: problem.column }) };
}

function offsetOf(document: Document, path: readonly (string | number)[]): number {
  for (let length = path.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    const range = (node as Node | undefined)?.range;
    if (range) return range[0];
  }
  return 0;
}
