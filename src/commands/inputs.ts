import { ModwharfError } from "../base/errors.ts";
import { closest } from "../base/suggest.ts";

/**
 * One input of a command, as data. The command line's help, action.yml, the GitLab component's spec:inputs
 * and the reference page are all generated from it, so that no face can drift.
 */
export interface InputSpec {
  /** kebab-case; the flag is `--name`, the action's and the component's input `name`. */
  name: string;
  type: "string" | "boolean" | "number" | "list" | "enum";
  /** One line, ends without a full stop. */
  doc: string;
  /** As text, in the form a user would type; absent: no default. */
  default?: string;
  /** Allowed values of an enum. */
  values?: readonly string[];
  /** Unit of a number, e.g. "modules". */
  unit?: string;
  /** The least and the largest number that is taken. */
  range?: readonly [number, number];
  required?: boolean;
  /** Taken as a positional argument by the command line: its place, from 0. A list takes the rest. */
  positional?: number;
  /** One letter for the command line. */
  short?: string;
  /** What the value stands for in help, e.g. DIR. */
  placeholder?: string;
  /** Faces that do not have it, with the reason (shown in the generated capability table). */
  notOn?: Partial<Record<Face, string>>;
  /** A regular expression (JavaScript and RE2) that the whole value must match; used by the GitLab component too. */
  pattern?: string;
  /** A value that the pattern takes, for whoever wrote one that it does not. */
  example?: string;
  /** The value is the audience of an identity token; the GitLab component asks for it in this variable. */
  idToken?: string;
  /** A different default on one face. */
  defaultOn?: Partial<Record<Face, string>>;
}

export type Face = "cli" | "action" | "component";

/** One output: a step output on GitHub, a dotenv variable MODWHARF_<NAME> on GitLab, a field of --json. */
export interface OutputSpec {
  name: string;
  doc: string;
  /** Takes the value out of the report's data; undefined leaves the output empty. */
  from: (data: Record<string, unknown>) => string | undefined;
}

type ParsedType = { boolean: boolean; number: number; list: string[]; string: string; enum: string };
type Parsed<Spec extends InputSpec> = Spec extends { type: "enum"; values: readonly (infer Value)[] }
  ? Value
  : ParsedType[Spec["type"]];
type Settled<Spec extends InputSpec> = Spec extends
  | { type: "list" }
  | { default: string }
  | { required: true }
  ? Parsed<Spec>
  : Parsed<Spec> | undefined;

/** What parseInputs makes of a table, by input name: undefined only where there is neither default nor obligation. */
export type ValuesOf<Specs extends readonly InputSpec[]> = {
  readonly [Spec in Specs[number] as Spec["name"]]: Settled<Spec>;
};

export type InputValue = string | boolean | number | string[] | undefined;
export type Inputs = Readonly<Record<string, InputValue>>;
/** Raw values by input name; a list may come in several parts. */
export type RawInputs = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Parses raw text by the table, strictly: the same rules on every face. Unknown names are refused by the face. */
export function parseInputs(specs: readonly InputSpec[], raw: RawInputs, face: Face): Inputs {
  const values: Record<string, InputValue> = {};
  for (const spec of specs) {
    const given = raw[spec.name];
    const absent = given === undefined || [given].flat().every((part) => part === "");
    const text = absent ? (spec.defaultOn?.[face] ?? spec.default) : given;
    if (text === undefined && spec.required) {
      throw new ModwharfError("USAGE", "a required input is missing", {
        subject: nameOn(spec, face),
        expected: within(spec.doc),
        fix: face === "cli" ? `give --${spec.name} ${spec.placeholder ?? "VALUE"}` : `set ${spec.name}`,
      });
    }
    values[spec.name] =
      text === undefined ? (spec.type === "list" ? [] : undefined) : parseValue(spec, text, face);
  }
  return values;
}

/** The input's name as the user of that face wrote it. */
function nameOn(spec: InputSpec, face: Face): string {
  if (face !== "cli") return `input ${spec.name}`;
  return spec.positional === undefined ? `--${spec.name}` : (spec.placeholder ?? spec.name.toUpperCase());
}

function parseValue(spec: InputSpec, raw: string | readonly string[], face: Face): InputValue {
  const parts = typeof raw === "string" ? [raw] : [...raw];
  if (spec.type === "list") return parts.flatMap(splitList).map((item) => checkPattern(spec, item, face));
  const text = parts.at(-1) ?? "";
  switch (spec.type) {
    case "boolean":
      if (text === "true") return true;
      if (text === "false") return false;
      throw wrong(spec, face, "true or false", text);
    case "number":
      return parseNumber(spec, text, face);
    case "enum":
      if (spec.values?.includes(text)) return text;
      throw wrong(spec, face, `one of ${spec.values?.join(", ")}`, text);
    default:
      return checkPattern(spec, text, face);
  }
}

function parseNumber(spec: InputSpec, text: string, face: Face): number {
  const [least, most] = spec.range ?? [0, Number.MAX_SAFE_INTEGER];
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  const unit = spec.unit === undefined ? "" : ` of ${spec.unit}`;
  const range = spec.range === undefined ? "" : ` from ${least} to ${most}`;
  throw wrong(spec, face, `a whole number${unit}${range}`, text);
}

/** Splits a comma- or newline-separated list; blanks around items and empty items do not count. */
function splitList(text: string): string[] {
  return text
    .split(/[,\n\r]/)
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

function checkPattern(spec: InputSpec, text: string, face: Face): string {
  if (spec.pattern === undefined || new RegExp(`^(?:${spec.pattern})$`, "u").test(text)) return text;
  const form = spec.placeholder ?? "a value";
  const expected =
    spec.example === undefined ? `a value matching ${spec.pattern}` : `${form}, such as ${spec.example}`;
  throw wrong(spec, face, expected, text);
}

function wrong(spec: InputSpec, face: Face, expected: string, text: string): ModwharfError {
  const near = closest(text, spec.values ?? []);
  return new ModwharfError("USAGE", "an input has a wrong value", {
    subject: nameOn(spec, face),
    expected,
    actual: JSON.stringify(text.slice(0, 200)),
    fix: near === undefined ? `correct ${nameOn(spec, face)} (${within(spec.doc)})` : `did you mean ${near}?`,
  });
}

/** A doc line inside of a sentence: without its capital, unless that belongs to a name (OSV, OpenSSH). */
function within(doc: string): string {
  return doc.replace(/^[A-Z](?=[a-z]*\b)/, (letter) => letter.toLowerCase());
}
