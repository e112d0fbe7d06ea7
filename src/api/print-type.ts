import { compareBytewise } from "../base/bytewise.ts";
import type { FuncType, GoFile, GoType, TypeParam } from "./syntax.ts";

/** What names in a type mean: the file's imports, the module they are compared within, type parameters. */
export interface NameScope {
  file: GoFile;
  /** Import path of the package that the type stands in. */
  importPath: string;
  modulePath: string;
  /** The package's own aliases of plain types: two names of one type compare equal. */
  aliases: ReadonlyMap<string, GoType>;
  /** How many aliases are being replaced around the type. */
  aliasDepth?: number;
  /** Type parameters by name, with the place that replaces their name. */
  typeParams: ReadonlyMap<string, string>;
}

const PREDECLARED = new Map([
  ["byte", "uint8"],
  ["rune", "int32"],
]);

/**
 * One text for each type, equal for types that are written differently but mean the same: no parameter names,
 * `any` for `interface{}`, type parameters by number, packages by import path (those of the module relative to
 * it, so that two majors of one module compare equal).
 */
export function printType(type: GoType, scope: NameScope): string {
  const print = (inner: GoType) => printType(inner, scope);
  switch (type.kind) {
    case "name":
      return printName(type, scope);
    case "pointer":
      return `*${print(type.elem)}`;
    case "slice":
      return `[]${print(type.elem)}`;
    case "array":
      return `[${type.length.replace(/\s+/g, "")}]${print(type.elem)}`;
    case "map":
      return `map[${print(type.key)}]${print(type.elem)}`;
    case "chan":
      return `${{ both: "chan ", send: "chan<- ", receive: "<-chan " }[type.direction]}${print(type.elem)}`;
    case "func":
      return `func${printSignature(type, scope)}`;
    case "struct":
      return `struct{${type.fields
        .map((field) => `${field.embedded ? "" : `${field.name} `}${print(field.type)}${tagText(field.tag)}`)
        .join("; ")}}`;
    case "interface": {
      const members = [
        ...type.embeds.map(print),
        ...type.methods.map((method) => `${method.name}${printSignature(method.type, scope)}`),
      ].sort(compareBytewise);
      return members.length === 0 ? "any" : `interface{${members.join("; ")}}`;
    }
    case "union":
      return type.terms.map((term) => `${term.tilde ? "~" : ""}${print(term.type)}`).join(" | ");
  }
}

/** `(int, ...string) error` and the like. */
export function printSignature(type: FuncType, scope: NameScope): string {
  const params = type.params.map((param, i) => {
    const variadic = type.variadic && i === type.params.length - 1;
    return `${variadic ? "..." : ""}${printType(param, scope)}`;
  });
  const results = type.results.map((result) => printType(result, scope));
  const tail =
    results.length === 0 ? "" : results.length === 1 ? ` ${results[0]}` : ` (${results.join(", ")})`;
  return `(${params.join(", ")})${tail}`;
}

/** `[$0 any, $1 comparable]`, or the empty text. */
export function printTypeParams(params: readonly TypeParam[], scope: NameScope): string {
  if (params.length === 0) return "";
  return `[${params.map((param, i) => `$${i} ${printType(param.constraint, scope)}`).join(", ")}]`;
}

/** A scope in which the type parameters have the numbers of their order. */
export function withTypeParams(scope: NameScope, names: readonly string[]): NameScope {
  if (names.length === 0) return scope;
  const typeParams = new Map(scope.typeParams);
  for (const [i, name] of names.entries()) typeParams.set(name, `$${i}`);
  return { ...scope, typeParams };
}

/**
 * The import path behind a package name in a file, or undefined. A package without alias is taken by the last
 * element of its path, major suffixes, `go-` and `.go` aside: its real name is not known here.
 */
export function importPathOf(file: GoFile, qualifier: string): string | undefined {
  const exact = file.imports.find((entry) => entry.alias === qualifier);
  if (exact !== undefined) return exact.path;
  const unnamed = file.imports.filter((entry) => entry.alias === undefined);
  return (
    unnamed.find((entry) => guessedName(entry.path) === qualifier) ??
    unnamed.find((entry) =>
      guessedName(entry.path)
        .replaceAll(/[-.]|^go-|-go$/g, "")
        .includes(qualifier),
    )
  )?.path;
}

function guessedName(path: string): string {
  const elements = path.split("/");
  if (elements.length > 1 && /^v\d+$/.test(elements.at(-1)!)) elements.pop();
  return elements
    .at(-1)!
    .replace(/\.v\d+$/, "")
    .replace(/^go-|[-.]go$/, "");
}

function printName(type: GoType & { kind: "name" }, scope: NameScope): string {
  const args = type.args.length === 0 ? "" : `[${type.args.map((arg) => printType(arg, scope)).join(", ")}]`;
  if (type.qualifier !== undefined) {
    const path = importPathOf(scope.file, type.qualifier) ?? type.qualifier;
    return `${relativeTo(scope.modulePath, path)}.${type.name}${args}`;
  }
  const placed = scope.typeParams.get(type.name);
  if (placed === undefined && scope.aliases.has(type.name)) return printAlias(type.name, scope);
  return (placed ?? PREDECLARED.get(type.name) ?? type.name) + args;
}

/** Texts of aliases by the package's list of them; undefined while one is being made. */
const aliasTexts = new WeakMap<NameScope["aliases"], Map<string, string | undefined>>();

/** A longer text, or one through more aliases, is no help to anybody: then the alias stands for itself. */
const MAX_ALIAS_TEXT = 10_000;
const MAX_ALIAS_CHAIN = 50;

/**
 * What an alias stands for, each made once: aliases that name the one below twice would double the text with every
 * step. A circle of aliases ends at the one that is being made.
 */
function printAlias(name: string, scope: NameScope): string {
  const texts = aliasTexts.get(scope.aliases) ?? new Map<string, string | undefined>();
  aliasTexts.set(scope.aliases, texts);
  const open = scope.aliasDepth ?? 0;
  if (!texts.has(name) && open < MAX_ALIAS_CHAIN) {
    texts.set(name, undefined);
    const inner = { ...scope, typeParams: new Map(), aliasDepth: open + 1 };
    const text = printType(scope.aliases.get(name)!, inner);
    texts.set(name, text.length > MAX_ALIAS_TEXT ? name : text);
  }
  return texts.get(name) ?? name;
}

function relativeTo(modulePath: string, path: string): string {
  if (path === modulePath) return ".";
  return path.startsWith(`${modulePath}/`) ? `.${path.slice(modulePath.length)}` : path;
}

function tagText(tag: string | undefined): string {
  return tag === undefined ? "" : ` ${tag}`;
}
