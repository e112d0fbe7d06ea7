/** The part of Go's syntax tree that an exported surface needs: top-level declarations and types. */

export interface GoFile {
  /** Path of the file, with slashes, as the caller named it. */
  path: string;
  packageName: string;
  imports: GoImport[];
  /** The text of the `//go:build` line, or what the `// +build` lines mean; undefined when there is none. */
  constraint: string | undefined;
  declarations: Declaration[];
  /** Where the file stops being Go; declarations before it are kept. */
  problem: { message: string; line: number; column: number } | undefined;
}

export interface GoImport {
  path: string;
  /** The name it was given, `_` and `.` included; undefined when the package's own name counts. */
  alias: string | undefined;
  at: Place;
}

/** 1-based line; 1-based column in code points. */
export interface Place {
  line: number;
  column: number;
}

export type Declaration =
  | {
      kind: "func";
      name: string;
      receiver: { typeName: string; typeParams: string[] } | undefined;
      typeParams: TypeParam[];
      type: FuncType;
      at: Place;
    }
  | { kind: "type"; name: string; alias: boolean; typeParams: TypeParam[]; type: GoType; at: Place }
  | {
      kind: "const" | "var";
      name: string;
      type: GoType | undefined;
      /** The initial value's source with blanks folded; undefined when it has none or shares a call's results. */
      value: string | undefined;
      /** Its index in the const group; 0 for variables. */
      iota: number;
      at: Place;
    };

export interface TypeParam {
  name: string;
  constraint: GoType;
}

export interface FuncType {
  kind: "func";
  params: GoType[];
  variadic: boolean;
  results: GoType[];
}

export interface StructField {
  name: string;
  type: GoType;
  embedded: boolean;
  tag: string | undefined;
  at: Place;
}

export interface InterfaceMethod {
  name: string;
  type: FuncType;
  at: Place;
}

export type GoType =
  | { kind: "name"; qualifier: string | undefined; name: string; args: GoType[] }
  | { kind: "pointer"; elem: GoType }
  | { kind: "slice"; elem: GoType }
  | { kind: "array"; length: string; elem: GoType }
  | { kind: "map"; key: GoType; elem: GoType }
  | { kind: "chan"; direction: "both" | "send" | "receive"; elem: GoType }
  | FuncType
  | { kind: "struct"; fields: StructField[] }
  | { kind: "interface"; methods: InterfaceMethod[]; embeds: GoType[] }
  | { kind: "union"; terms: { tilde: boolean; type: GoType }[] };

/** True for names that other packages may use (specification, "Exported identifiers"). */
export function isExported(name: string): boolean {
  return /^\p{Lu}/u.test(name);
}
