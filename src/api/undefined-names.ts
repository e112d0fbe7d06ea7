import { allPorts } from "./build-constraint.ts";
import type { PackageScope, Scoped } from "./package-scope.ts";
import type { FuncType, GoType, Place, TypeParam } from "./syntax.ts";

/** A name in a declaration that nothing declares: the package does not compile. */
export interface UndefinedName {
  name: string;
  file: string;
  at: Place;
}

/** Names that every package has (specification, "Predeclared identifiers"). */
const PREDECLARED = new Set(
  (
    "any bool byte comparable complex64 complex128 error float32 float64 int int8 int16 int32 int64 rune string uint " +
    "uint8 uint16 uint32 uint64 uintptr true false iota nil append cap clear close complex copy delete imag len make " +
    "max min new panic print println real recover _"
  ).split(" "),
);

/**
 * The undefined names in a package's top-level types, and in initial values that are a single name; bodies are not
 * looked at. Files that dot-import declare unknown names, so a package with one has none here; so has one that a
 * file for some ports only could complete.
 */
export function undefinedNames(scope: PackageScope): UndefinedName[] {
  const imports = scope.files.flatMap((file) => file.imports);
  if (scope.problem !== undefined || scope.isPartial || imports.some((entry) => entry.alias === "."))
    return [];
  const declared = new Set([
    ...scope.types.keys(),
    ...scope.funcs.map((entry) => entry.declaration.name),
    ...scope.values.map((entry) => entry.declaration.name),
  ]);
  const found: UndefinedName[] = [];
  const check = (scoped: Scoped, types: readonly (GoType | undefined)[], own: readonly string[] = []) => {
    if (scoped.ports !== allPorts) return;
    for (const name of types.flatMap(namesIn)) {
      if (declared.has(name) || PREDECLARED.has(name) || own.includes(name)) continue;
      found.push({ name, file: scoped.file.path, at: scoped.declaration.at });
    }
  };
  for (const scoped of [...scope.types.values()].flat()) {
    const { type, typeParams } = scoped.declaration;
    check(scoped, [type, ...constraints(typeParams)], names(typeParams));
  }
  for (const scoped of [...scope.funcs, ...[...scope.methods.values()].flat()]) {
    const { type, typeParams, receiver } = scoped.declaration;
    check(
      scoped,
      [type, ...constraints(typeParams)],
      [...names(typeParams), ...(receiver?.typeParams ?? [])],
    );
  }
  for (const scoped of scope.values) {
    const { type, value } = scoped.declaration;
    const lone = value !== undefined && /^[\p{L}_][\p{L}\p{Nd}_]*$/u.test(value);
    check(scoped, [type, lone ? { kind: "name", qualifier: undefined, name: value, args: [] } : undefined]);
  }
  return found;
}

function names(params: readonly TypeParam[]): string[] {
  return params.map((param) => param.name);
}

function constraints(params: readonly TypeParam[]): GoType[] {
  return params.map((param) => param.constraint);
}

/** The unqualified type names in a type. */
function namesIn(type: GoType | undefined): string[] {
  switch (type?.kind) {
    case "name":
      return [...(type.qualifier === undefined ? [type.name] : []), ...type.args.flatMap(namesIn)];
    case "pointer":
    case "slice":
    case "array":
    case "chan":
      return namesIn(type.elem);
    case "map":
      return [...namesIn(type.key), ...namesIn(type.elem)];
    case "func":
      return namesInFunc(type);
    case "struct":
      return type.fields.flatMap((field) => namesIn(field.type));
    case "interface":
      return [...type.methods.flatMap((method) => namesInFunc(method.type)), ...type.embeds.flatMap(namesIn)];
    case "union":
      return type.terms.flatMap((term) => namesIn(term.type));
    default:
      return [];
  }
}

function namesInFunc({ params, results }: FuncType): string[] {
  return [...params, ...results].flatMap(namesIn);
}
