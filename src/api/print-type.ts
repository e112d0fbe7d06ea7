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
  const target = placed === undefined ? scope.aliases.get(type.name) : undefined;
  // Without itself in the scope, so that a circle of aliases ends.
  if (target !== undefined) return printType(target, without(scope, type.name));
  return (placed ?? PREDECLARED.get(type.name) ?? type.name) + args;
}

function without(scope: NameScope, name: string): NameScope {
  const aliases = new Map(scope.aliases);
  aliases.delete(name);
  return { ...scope, aliases };
}

function relativeTo(modulePath: string, path: string): string {
  if (path === modulePath) return ".";
  return path.startsWith(`${modulePath}/`) ? `.${path.slice(modulePath.length)}` : path;
}

function tagText(tag: string | undefined): string {
  return tag === undefined ? "" : ` ${tag}`;
}
