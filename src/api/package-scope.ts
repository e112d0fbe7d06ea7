import { type PortSet, portsOf } from "./build-constraint.ts";
import { parseGoFile } from "./parser.ts";
import type { Declaration, GoFile, GoType } from "./syntax.ts";

/** One Go file as the caller has it: path relative to the repository, with slashes. */
export interface SourceFile {
  path: string;
  text: string;
}

/** A declaration with the file it stands in and the ports that build it. */
export interface Scoped<D extends Declaration = Declaration> {
  declaration: D;
  file: GoFile;
  ports: PortSet;
}

export type FuncDeclaration = Extract<Declaration, { kind: "func" }>;
export type TypeDeclaration = Extract<Declaration, { kind: "type" }>;
export type ValueDeclaration = Extract<Declaration, { kind: "const" | "var" }>;

/** The package-level names of one package. */
export interface PackageScope {
  importPath: string;
  /** The name in the package clauses; of several the one that most files have. */
  name: string;
  types: Map<string, Scoped<TypeDeclaration>[]>;
  /** Aliases without type parameters whose target says all: no names of imported packages in it. */
  aliases: Map<string, GoType>;
  /** Methods by the name of their receiver's type. */
  methods: Map<string, Scoped<FuncDeclaration>[]>;
  funcs: Scoped<FuncDeclaration>[];
  values: Scoped<ValueDeclaration>[];
  /** Files that take part, in the order given. */
  files: GoFile[];
  /** The first file that could not be parsed, so that names may be missing. */
  problem: { file: string; message: string; line: number; column: number } | undefined;
  /** True when files were left out that other ports, tags or tools would add. */
  isPartial: boolean;
}

/** Reads a package's files; test files and those that no port builds do not count. */
export function packageScope(importPath: string, sources: readonly SourceFile[]): PackageScope {
  const scope: PackageScope = {
    importPath,
    name: "",
    types: new Map(),
    aliases: new Map(),
    methods: new Map(),
    funcs: [],
    values: [],
    files: [],
    problem: undefined,
    isPartial: false,
  };
  const parsed = sources.filter((source) => isPackageFile(source.path)).map(parseForPorts);
  const built = parsed.filter((entry) => entry.ports !== 0 && entry.file.packageName !== "documentation");
  scope.isPartial = built.length < parsed.length;
  scope.name = commonest(built.map((entry) => entry.file.packageName));
  for (const { file, ports } of built) {
    if (file.packageName !== scope.name) continue;
    scope.files.push(file);
    if (file.problem !== undefined) scope.problem ??= { file: file.path, ...file.problem };
    for (const declaration of file.declarations) add(scope, { declaration, file, ports });
  }
  return scope;
}

/** A `.go` file that may belong to a package: neither a test nor hidden by its name (go/build). */
export function isPackageFile(path: string): boolean {
  const base = path.slice(path.lastIndexOf("/") + 1);
  return base.endsWith(".go") && !base.endsWith("_test.go") && !base.startsWith("_") && !base.startsWith(".");
}

function parseForPorts(source: SourceFile): { file: GoFile; ports: PortSet } {
  const file = parseGoFile(source.path, source.text);
  const usesCgo = file.imports.some((entry) => entry.path === "C");
  return { file, ports: portsOf(source.path, file.constraint, usesCgo) };
}

function commonest(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) if (name !== "") counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? "";
}

function add(scope: PackageScope, { declaration, file, ports }: Scoped): void {
  switch (declaration.kind) {
    case "type":
      if (declaration.alias && declaration.typeParams.length === 0 && !isQualified(declaration.type)) {
        scope.aliases.set(declaration.name, declaration.type);
      }
      push(scope.types, declaration.name, { declaration, file, ports });
      break;
    case "func":
      if (declaration.receiver === undefined) scope.funcs.push({ declaration, file, ports });
      else push(scope.methods, declaration.receiver.typeName, { declaration, file, ports });
      break;
    default:
      scope.values.push({ declaration, file, ports });
  }
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** Qualifiers mean what the imports of the alias's own file say, which other files need not share. */
function isQualified(type: GoType): boolean {
  return /"qualifier":/.test(JSON.stringify(type));
}
