import { closest } from "../base/suggest.ts";

/** The part of JSON Schema that the project's own files use; editors get the same objects as JSON. */
export interface Schema {
  $schema?: string;
  $id?: string;
  title?: string;
  description?: string;
  type?: "object" | "array" | "string" | "boolean" | "number";
  properties?: Readonly<Record<string, Schema>>;
  additionalProperties?: boolean | Schema;
  required?: readonly string[];
  items?: Schema;
  enum?: readonly string[];
  /** Must match somewhere, as JSON Schema says; ours are anchored. */
  pattern?: string;
  /** What a pattern means, for messages. */
  examples?: readonly string[];
  minLength?: number;
  /** In UTF-16 units, which are never fewer than JSON Schema's characters. */
  maxLength?: number;
  oneOf?: readonly Schema[];
  /** Named parts, of the root only. */
  $defs?: Readonly<Record<string, Schema>>;
  /** `#/$defs/name`. */
  $ref?: string;
}

export interface SchemaProblem {
  /** Keys and indexes that lead to the value. */
  path: Path;
  /** True when the key itself is wrong, not its value. */
  atKey: boolean;
  what: string;
  expected?: string;
  fix?: string;
}

type Path = readonly (string | number)[];

/** Checks a parsed value; every problem is listed, unknown keys with what was probably meant. */
export function checkSchema(value: unknown, root: Schema): SchemaProblem[] {
  const resolve = (schema: Schema): Schema =>
    schema.$ref === undefined ? schema : (root.$defs?.[schema.$ref.slice("#/$defs/".length)] ?? {});
  return check(value, root, { path: [], resolve });
}

interface Where {
  path: Path;
  resolve: (schema: Schema) => Schema;
}

function check(value: unknown, given: Schema, where: Where): SchemaProblem[] {
  const schema = where.resolve(given);
  const { path } = where;
  if (schema.oneOf !== undefined) return checkOneOf(value, schema.oneOf, where);
  const type = typeOf(value);
  if (schema.type !== undefined && type !== schema.type) {
    const what = `${nameOf(path)} is ${article(type)}`;
    // YAML takes 1.20 and digits-only hashes for numbers, which would lose digits.
    const quotes = schema.type === "string" && type === "number" ? { fix: "put it in quotes" } : {};
    return [{ path, atKey: false, what, expected: article(schema.type), ...quotes }];
  }
  switch (schema.type) {
    case "object":
      return checkObject(value as Record<string, unknown>, schema, where);
    case "array":
      return (value as unknown[]).flatMap((item, i) => check(item, schema.items ?? {}, below(where, i)));
    case "string":
      return checkString(value as string, schema, path);
    default:
      return [];
  }
}

function below(where: Where, part: string | number): Where {
  return { ...where, path: [...where.path, part] };
}

function checkObject(value: Record<string, unknown>, schema: Schema, where: Where): SchemaProblem[] {
  const { path } = where;
  const known = schema.properties ?? {};
  const missing = (schema.required ?? []).filter((key) => !Object.hasOwn(value, key));
  const problems: SchemaProblem[] = missing.map((key) => {
    const doc = known[key]?.description;
    const what = `${nameOf(path)} has no ${key}`;
    return { path, atKey: false, what, ...(doc === undefined ? {} : { expected: `${key}: ${doc}` }) };
  });
  for (const [key, item] of Object.entries(value)) {
    if (Object.hasOwn(known, key)) problems.push(...check(item, known[key]!, below(where, key)));
    else if (typeof schema.additionalProperties === "object") {
      problems.push(...check(item, schema.additionalProperties, below(where, key)));
    } else if (schema.additionalProperties === false) {
      problems.push(unknownKey(key, Object.keys(known), path));
    }
  }
  return problems;
}

function unknownKey(key: string, known: readonly string[], path: Path): SchemaProblem {
  const meant = closest(key, known);
  const where = path.length === 0 ? "" : ` in ${nameOf(path)}`;
  return {
    path: [...path, key],
    atKey: true,
    what: `unknown key ${JSON.stringify(key)}${where}`,
    ...(known.length <= 12 ? { expected: `one of ${known.join(", ")}` } : {}),
    fix: meant === undefined ? "remove it" : `did you mean ${meant}?`,
  };
}

function checkString(value: string, schema: Schema, path: Path): SchemaProblem[] {
  if (schema.enum !== undefined && !schema.enum.includes(value)) {
    const meant = closest(value, schema.enum);
    return [
      {
        path,
        atKey: false,
        what: `${nameOf(path)} is ${JSON.stringify(value.slice(0, 100))}`,
        expected: `one of ${schema.enum.join(", ")}`,
        ...(meant === undefined ? {} : { fix: `did you mean ${meant}?` }),
      },
    ];
  }
  if (value.length > (schema.maxLength ?? Number.POSITIVE_INFINITY)) {
    const what = `${nameOf(path)} is ${value.length} characters long: ${JSON.stringify(value.slice(0, 40))}…`;
    return [{ path, atKey: false, what, expected: `at most ${schema.maxLength} characters` }];
  }
  const short = value.trim().length < (schema.minLength ?? 0);
  if (short || (schema.pattern !== undefined && !new RegExp(schema.pattern, "u").test(value))) {
    const example = schema.examples?.[0];
    const expected = short
      ? "some text"
      : example === undefined
        ? `${schema.pattern}`
        : `the form ${example}`;
    return [
      { path, atKey: false, what: `${nameOf(path)} is ${JSON.stringify(value.slice(0, 100))}`, expected },
    ];
  }
  return [];
}

/** The branch of the value's own type tells more than "none of them". */
function checkOneOf(value: unknown, branches: readonly Schema[], where: Where): SchemaProblem[] {
  const { path } = where;
  const resolved = branches.map(where.resolve);
  const branch = resolved.find((candidate) => candidate.type === typeOf(value));
  if (branch !== undefined) return check(value, branch, where);
  const expected = resolved.map((candidate) => article(candidate.type ?? "value")).join(" or ");
  return [{ path, atKey: false, what: `${nameOf(path)} is ${article(typeOf(value))}`, expected }];
}

function typeOf(value: unknown): string {
  if (value === null || value === undefined) return "empty";
  return Array.isArray(value) ? "array" : typeof value;
}

function article(type: string): string {
  if (type === "array") return "a list";
  if (type === "object") return "a mapping";
  if (type === "string") return "text";
  return type === "empty" ? "empty" : `a ${type}`;
}

function nameOf(path: Path): string {
  if (path.length === 0) return "the file";
  return path
    .map((part, i) => (typeof part === "number" ? `[${part}]` : i === 0 ? part : `.${part}`))
    .join("");
}
