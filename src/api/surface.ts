import type { PortSet } from "./build-constraint.ts";
import { type LoadScope, MemberCollector } from "./members.ts";
import type { PackageScope, Scoped, TypeDeclaration, ValueDeclaration } from "./package-scope.ts";
import { type NameScope, printSignature, printType, printTypeParams, withTypeParams } from "./print-type.ts";
import { type GoFile, isExported, type Place } from "./syntax.ts";
import { type UndefinedName, undefinedNames } from "./undefined-names.ts";

export type ExportedKind = "const" | "var" | "func" | "type" | "method" | "field" | "interface-method";

/** One name that other modules can use: `F`, `T`, or `T.Member`. */
export interface ExportedName {
  name: string;
  kind: ExportedKind;
  /** Where it exists. */
  ports: PortSet;
  /** Its type as one canonical text; undefined when it would have to be inferred or stands behind an alias. */
  signature: string | undefined;
  /** A constant's value as written, with its iota; undefined for everything else. */
  value: string | undefined;
  file: string;
  at: Place;
}

/** What one package offers to other modules. */
export interface PackageSurface {
  importPath: string;
  /** `main` packages cannot be imported; their names are left out. */
  packageName: string;
  names: Map<string, ExportedName>;
  /** Types that may have more members than are listed, since they embed or alias types of other modules. */
  opaqueTypes: Set<string>;
  /** Interfaces that other packages cannot implement. */
  sealedTypes: Set<string>;
  /** The first file that could not be parsed, so that names may be missing. */
  problem: { file: string; message: string; line: number; column: number } | undefined;
  /** Names in declarations that nothing declares: the package does not compile. */
  undefinedNames: UndefinedName[];
  /** Path of one file, for findings about the package as a whole. */
  file: string;
}

/** The surface of one package; `load` finds the other packages of its module, for embedded types and aliases. */
export async function packageSurface(
  modulePath: string,
  scope: PackageScope,
  load: LoadScope,
): Promise<PackageSurface> {
  const surface: PackageSurface = {
    importPath: scope.importPath,
    packageName: scope.name,
    names: new Map(),
    opaqueTypes: new Set(),
    sealedTypes: new Set(),
    problem: scope.problem,
    undefinedNames: undefinedNames(scope),
    file: scope.files[0]?.path ?? "",
  };
  if (scope.name === "main") return surface;
  const nameScope = (file: GoFile): NameScope => ({
    file,
    importPath: scope.importPath,
    modulePath,
    aliases: scope.aliases,
    typeParams: new Map(),
  });
  addFuncs(surface, scope, nameScope);
  for (const value of scope.values) addValue(surface, value, nameScope(value.file));
  const collector = new MemberCollector(modulePath, load);
  for (const [name, declarations] of scope.types) {
    if (!isExported(name)) continue;
    for (const scoped of declarations) addType(surface, scoped, nameScope(scoped.file));
    const members = await collector.of(scope, name);
    if (members.opaque) surface.opaqueTypes.add(name);
    if (members.sealed) surface.sealedTypes.add(name);
    for (const member of members.byName.values()) {
      add(surface, { ...member, name: `${name}.${member.name}`, value: undefined });
    }
  }
  return surface;
}

type MakeScope = (file: GoFile) => NameScope;

function addFuncs(surface: PackageSurface, scope: PackageScope, nameScope: MakeScope): void {
  for (const { declaration, file, ports } of scope.funcs) {
    if (!isExported(declaration.name)) continue;
    const names = declaration.typeParams.map((param) => param.name);
    const inner = withTypeParams(nameScope(file), names);
    const signature =
      printTypeParams(declaration.typeParams, inner) + printSignature(declaration.type, inner);
    const { name, at } = declaration;
    add(surface, { name, kind: "func", ports, signature, value: undefined, file: file.path, at });
  }
}

function addValue(surface: PackageSurface, scoped: Scoped<ValueDeclaration>, scope: NameScope): void {
  const { declaration, file, ports } = scoped;
  if (!isExported(declaration.name)) return;
  const { kind, name, at } = declaration;
  const signature = declaration.type === undefined ? undefined : printType(declaration.type, scope);
  const value = kind === "const" ? constantValue(declaration) : undefined;
  add(surface, { name, kind, ports, signature, value, file: file.path, at });
}

function constantValue({ value, iota }: ValueDeclaration): string | undefined {
  if (value === undefined) return undefined;
  return /\biota\b/.test(value) ? `${value} with iota ${iota}` : value;
}

function addType(surface: PackageSurface, scoped: Scoped<TypeDeclaration>, scope: NameScope): void {
  const { declaration, file, ports } = scoped;
  const { name, at, type } = declaration;
  const inner = withTypeParams(
    scope,
    declaration.typeParams.map((param) => param.name),
  );
  const signature = printTypeParams(declaration.typeParams, inner) + shapeOf(declaration, inner);
  // A name behind an alias or a definition may be the same type under another name: not for text to tell.
  const known = !declaration.alias && type.kind !== "name";
  add(surface, {
    name,
    kind: "type",
    ports,
    signature: known ? signature : undefined,
    value: undefined,
    file: file.path,
    at,
  });
}

/** Structs and plain interfaces are told by their members; every other type by its text. */
function shapeOf({ type }: TypeDeclaration, scope: NameScope): string {
  if (type.kind === "struct") return "struct";
  if (type.kind !== "interface") return printType(type, scope);
  const constraint = type.embeds
    .filter((embed) => embed.kind !== "name")
    .map((embed) => printType(embed, scope));
  return constraint.length === 0 ? "interface" : `interface{${constraint.join("; ")}}`;
}

/** The same name declared for other ports is one name; differing signatures leave it unknown. */
function add(surface: PackageSurface, found: ExportedName): void {
  const known = surface.names.get(found.name);
  if (known === undefined) {
    surface.names.set(found.name, { ...found });
    return;
  }
  known.ports |= found.ports;
  if (known.signature !== found.signature) known.signature = undefined;
  if (known.value !== found.value) known.value = undefined;
}
