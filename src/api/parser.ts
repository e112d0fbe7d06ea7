import { headerConstraint } from "./build-constraint.ts";
import { GoSyntaxProblem } from "./lexer.ts";
import type { Declaration, GoFile, GoImport, GoType, TypeParam } from "./syntax.ts";
import { TypeParser } from "./type-parser.ts";

/**
 * Parses the top-level declarations of one Go file; function bodies and initial values are skipped. Never
 * throws for bad source: what was read before the mistake is returned with `problem` set.
 */
export function parseGoFile(path: string, source: string): GoFile {
  return parse(path, source, (parser) => {
    parser.header();
    parser.declarations();
  });
}

/** The same for package clause, imports and build constraint alone. */
export function parseGoHeader(path: string, source: string): GoFile {
  return parse(path, source, (parser) => parser.header());
}

function parse(path: string, source: string, read: (parser: FileParser) => void): GoFile {
  const constraint = headerConstraint(source);
  const file: GoFile = {
    path,
    packageName: "",
    imports: [],
    constraint,
    declarations: [],
    problem: undefined,
  };
  const parser = new FileParser(source, file);
  try {
    read(parser);
  } catch (error) {
    if (!(error instanceof GoSyntaxProblem)) throw error;
    file.problem = { message: error.message, ...parser.placeOf(error.offset) };
  }
  return file;
}

class FileParser extends TypeParser {
  readonly #file: GoFile;

  constructor(source: string, file: GoFile) {
    super(source);
    this.#file = file;
  }

  header(): void {
    this.lexer.next();
    this.expect("package");
    this.#file.packageName = this.name();
    this.#endOfStatement();
    while (this.is("import")) {
      this.lexer.next();
      this.#group(() => this.#file.imports.push(this.#import()));
    }
  }

  declarations(): void {
    while (this.lexer.kind !== "eof") {
      const { text } = this.lexer;
      if (text === "func") this.#func();
      else if (text === "type") this.#grouped(() => this.#type());
      else if (text === "var") this.#grouped(() => this.#var());
      else if (text === "const") this.#consts();
      else if (text === "import") throw this.unexpected("imports before other declarations");
      else throw this.unexpected("a declaration");
    }
  }

  #endOfStatement(): void {
    if (this.lexer.kind === "eof") return;
    if (this.lexer.kind !== ";") throw this.unexpected("the end of the statement");
    this.lexer.next();
  }

  #grouped(one: () => void): void {
    this.lexer.next();
    this.#group(one);
  }

  /** One specification, or several in parentheses, and the end of the statement. */
  #group(one: () => void): void {
    if (!this.take("(")) {
      one();
      this.#endOfStatement();
      return;
    }
    while (!this.is(")")) {
      one();
      if (!this.is(")")) this.#endOfStatement();
    }
    this.expect(")");
    this.#endOfStatement();
  }

  #import(): GoImport {
    const at = this.placeOf(this.lexer.start);
    const alias = this.is(".") ? "." : this.isName() ? this.lexer.text : undefined;
    if (alias !== undefined) this.lexer.next();
    if (this.lexer.kind !== "string") throw this.unexpected("an import path");
    const path = this.lexer.text.slice(1, -1);
    this.lexer.next();
    return { path, alias, at };
  }

  #add(declaration: Declaration): void {
    this.#file.declarations.push(declaration);
  }

  #func(): void {
    this.lexer.next();
    let receiver: { typeName: string; typeParams: string[] } | undefined;
    if (this.is("(")) receiver = receiverOf(this.parameters().types[0]);
    const at = this.placeOf(this.lexer.start);
    const name = this.name();
    const typeParams = this.take("[") ? this.typeParams() : [];
    const type = this.signature();
    if (this.is("{")) {
      this.lexer.skipBlock();
      this.lexer.next();
    }
    this.#endOfStatement();
    this.#add({ kind: "func", name, receiver, typeParams, type, at });
  }

  #type(): void {
    const at = this.placeOf(this.lexer.start);
    const name = this.name();
    const { typeParams, type, alias } = this.#typeBody();
    this.#add({ kind: "type", name, alias, typeParams, type, at });
  }

  #typeBody(): { typeParams: TypeParam[]; type: GoType; alias: boolean } {
    let typeParams: TypeParam[] = [];
    if (this.is("[")) {
      const generic = this.#startsTypeParams();
      this.lexer.next();
      if (!generic) return { typeParams, type: this.arrayOrSlice(), alias: false };
      typeParams = this.typeParams();
    }
    const alias = this.take("=");
    return { typeParams, type: this.type(), alias };
  }

  /**
   * Behind a declared type's name stands either type parameters or an array type: `[P C]`, `[P, Q C]` against
   * `[]`, `[N]`, `[N * 2]`. Of the doubtful `[P *C]` the compiler takes the array, as here.
   */
  #startsTypeParams(): boolean {
    return /^\[\s*[\p{L}_][\p{L}\p{Nd}_]*(?:\s*[,~[]|\s+[\p{L}_]|\s*\*\s*[\p{L}_][\p{L}\p{Nd}_.]*\s*,)/u.test(
      this.lexer.source.slice(this.lexer.start, this.lexer.start + 400),
    );
  }

  #names(): { name: string; at: { line: number; column: number } }[] {
    const names = [];
    do names.push({ at: this.placeOf(this.lexer.start), name: this.name() });
    while (this.take(","));
    return names;
  }

  #hasType(): boolean {
    return !this.is("=") && this.lexer.kind !== ";" && !this.is(")") && this.lexer.kind !== "eof";
  }

  /** The values behind a `=`, as many as are written. */
  #values(): string[] {
    const values: string[] = [];
    if (!this.take("=")) return values;
    do values.push(this.skipExpression([",", ")"]));
    while (this.take(","));
    return values;
  }

  #var(): void {
    const names = this.#names();
    const type = this.#hasType() ? this.type() : undefined;
    const values = this.#values();
    const paired = values.length === names.length;
    names.forEach(({ name, at }, i) => {
      this.#add({ kind: "var", name, type, value: paired ? values[i] : undefined, iota: 0, at });
    });
  }

  #consts(): void {
    let iota = 0;
    let previous: { type: GoType | undefined; values: string[] } = { type: undefined, values: [] };
    this.#grouped(() => {
      const names = this.#names();
      const type = this.#hasType() ? this.type() : undefined;
      const values = this.#values();
      // A constant without a value repeats the type and the value before it, with the next iota.
      if (values.length > 0) previous = { type, values };
      names.forEach(({ name, at }, i) => {
        this.#add({ kind: "const", name, type: previous.type, value: previous.values[i], iota, at });
      });
      iota++;
    });
  }
}

function receiverOf(type: GoType | undefined): { typeName: string; typeParams: string[] } | undefined {
  if (type?.kind === "pointer") return receiverOf(type.elem);
  if (type?.kind !== "name") return undefined;
  return { typeName: type.name, typeParams: type.args.map((arg) => (arg.kind === "name" ? arg.name : "_")) };
}
