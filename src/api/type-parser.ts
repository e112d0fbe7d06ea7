import { GoSyntaxProblem } from "./lexer.ts";
import type { FuncType, GoType, InterfaceMethod, Place, StructField, TypeParam } from "./syntax.ts";
import { TokenReader } from "./token-reader.ts";

/** One entry of a parameter list before it is known whether the list names its parameters. */
interface Parameter {
  name: string | undefined;
  type: GoType;
  variadic: boolean;
}

/** No type that a person or a generator wrote comes near it; the stack ends some thousands further. */
const MAX_DEPTH = 500;

/** Parses Go types (specification, "Types"). */
export class TypeParser extends TokenReader {
  #depth = 0;

  /** A type; throws GoSyntaxProblem when none starts here. */
  protected type(): GoType {
    if (this.#depth >= MAX_DEPTH) throw new GoSyntaxProblem("types are nested too deeply", this.lexer.start);
    this.#depth++;
    const type = this.#nested();
    this.#depth--;
    return type;
  }

  #nested(): GoType {
    if (this.isName()) return this.typeName();
    const { text } = this.lexer;
    switch (text) {
      case "*":
        this.lexer.next();
        return { kind: "pointer", elem: this.type() };
      case "(": {
        this.lexer.next();
        const inner = this.type();
        this.expect(")");
        return inner;
      }
      case "[":
        this.lexer.next();
        return this.arrayOrSlice();
      case "map": {
        this.lexer.next();
        this.expect("[");
        const key = this.type();
        this.expect("]");
        return { kind: "map", key, elem: this.type() };
      }
      case "chan":
      case "<-":
        return this.#channel();
      case "func":
        this.lexer.next();
        return this.signature();
      case "struct":
        this.lexer.next();
        return this.#struct();
      case "interface":
        this.lexer.next();
        return this.#interface();
      default:
        throw this.unexpected("a type");
    }
  }

  /** `Name`, `pkg.Name`, either with type arguments. */
  protected typeName(): GoType {
    let name = this.name();
    let qualifier: string | undefined;
    if (this.take(".")) {
      qualifier = name;
      name = this.name();
    }
    const args: GoType[] = [];
    if (this.is("[")) {
      this.lexer.next();
      while (!this.is("]")) {
        args.push(this.type());
        if (!this.take(",")) break;
      }
      this.expect("]");
    }
    return { kind: "name", qualifier, name, args };
  }

  /** Behind the `[`: a slice, or an array with its length kept as source text. */
  protected arrayOrSlice(): GoType {
    if (this.take("]")) return { kind: "slice", elem: this.type() };
    const length = this.skipExpression(["]"]);
    this.expect("]");
    return { kind: "array", length, elem: this.type() };
  }

  /** Parameters and results, the current token being the `(`. */
  protected signature(): FuncType {
    const params = this.parameters();
    const results = this.is("(") ? this.parameters().types : this.#startsType() ? [this.type()] : [];
    return { kind: "func", params: params.types, variadic: params.variadic, results };
  }

  #startsType(): boolean {
    if (this.isName()) return true;
    return ["*", "[", "map", "chan", "<-", "func", "struct", "interface"].some((text) => this.is(text));
  }

  /** A parameter list without its names: `(a, b int)` gives two ints. */
  protected parameters(): { types: GoType[]; variadic: boolean } {
    this.expect("(");
    const entries: Parameter[] = [];
    while (!this.is(")")) {
      entries.push(this.#parameter());
      if (!this.take(",")) break;
    }
    this.expect(")");
    const variadic = entries.at(-1)?.variadic ?? false;
    if (entries.every((entry) => entry.name === undefined)) {
      return { types: entries.map((entry) => entry.type), variadic };
    }
    // Some entry has a name, so a lone word is a name too and takes the type that follows it.
    const types: GoType[] = [];
    for (let i = entries.length - 1; i >= 0; i--) {
      const named = entries[i]!.name !== undefined;
      types.push(named ? entries[i]!.type : (types.at(-1) ?? entries[i]!.type));
    }
    return { types: types.reverse(), variadic };
  }

  #parameter(): Parameter {
    if (this.take("...")) return { name: undefined, type: this.type(), variadic: true };
    if (!this.isName()) return { name: undefined, type: this.type(), variadic: false };
    const first = this.name();
    if (this.take("...")) return { name: first, type: this.type(), variadic: true };
    if (this.take(".")) return { name: undefined, type: this.#qualified(first), variadic: false };
    if (this.is("[")) return this.#bracketParameter(first);
    if (this.#startsType() || this.is("(")) return { name: first, type: this.type(), variadic: false };
    return {
      name: undefined,
      type: { kind: "name", qualifier: undefined, name: first, args: [] },
      variadic: false,
    };
  }

  #qualified(qualifier: string): GoType {
    const type = this.typeName();
    return type.kind === "name" ? { ...type, qualifier } : type;
  }

  /** `a []T`, `a [3]T` or the unnamed `List[T]`: a type behind the bracket tells the first two. */
  #bracketParameter(first: string): Parameter {
    this.lexer.next();
    if (this.take("]")) return { name: first, type: { kind: "slice", elem: this.type() }, variadic: false };
    const reset = this.lexer.mark();
    const length = this.skipExpression(["]"]);
    this.expect("]");
    if (this.#startsType() || this.is("(")) {
      return { name: first, type: { kind: "array", length, elem: this.type() }, variadic: false };
    }
    reset();
    const args: GoType[] = [];
    while (!this.is("]")) {
      args.push(this.type());
      if (!this.take(",")) break;
    }
    this.expect("]");
    return {
      name: undefined,
      type: { kind: "name", qualifier: undefined, name: first, args },
      variadic: false,
    };
  }

  #channel(): GoType {
    if (this.take("<-")) {
      this.expect("chan");
      return { kind: "chan", direction: "receive", elem: this.type() };
    }
    this.expect("chan");
    const direction = this.take("<-") ? "send" : "both";
    return { kind: "chan", direction, elem: this.type() };
  }

  #struct(): GoType {
    this.expect("{");
    const fields: StructField[] = [];
    while (!this.is("}")) {
      fields.push(...this.#fields());
      if (!this.#endOfMember()) break;
    }
    this.expect("}");
    return { kind: "struct", fields };
  }

  #endOfMember(): boolean {
    if (this.lexer.kind !== ";") return false;
    this.lexer.next();
    return true;
  }

  #fields(): StructField[] {
    const at = this.placeOf(this.lexer.start);
    const names: { name: string; at: Place }[] = [];
    let embedded: GoType | undefined;
    if (this.is("*") || this.is("(")) embedded = this.type();
    else {
      const first = this.name();
      if (this.is(".")) {
        this.lexer.next();
        embedded = this.#qualified(first);
      } else if (this.lexer.kind === ";" || this.is("}") || this.lexer.kind === "string") {
        embedded = { kind: "name", qualifier: undefined, name: first, args: [] };
      } else if (this.is("[")) {
        // `List[T]` embedded, or a field of array or slice type.
        const parameter = this.#bracketParameter(first);
        if (parameter.name === undefined) embedded = parameter.type;
        else return [{ name: first, type: parameter.type, embedded: false, tag: this.#tag(), at }];
      } else names.push({ name: first, at });
    }
    if (embedded !== undefined) {
      return [{ name: embeddedName(embedded), type: embedded, embedded: true, tag: this.#tag(), at }];
    }
    while (this.take(",")) names.push({ at: this.placeOf(this.lexer.start), name: this.name() });
    const type = this.type();
    const tag = this.#tag();
    return names.map((entry) => ({ ...entry, type, embedded: false, tag }));
  }

  #tag(): string | undefined {
    if (this.lexer.kind !== "string") return undefined;
    const { text } = this.lexer;
    this.lexer.next();
    return text;
  }

  #interface(): GoType {
    this.expect("{");
    const methods: InterfaceMethod[] = [];
    const embeds: GoType[] = [];
    while (!this.is("}")) {
      const at = this.placeOf(this.lexer.start);
      if (this.isName()) {
        const type = this.typeName();
        if (this.is("(") && type.kind === "name" && type.qualifier === undefined) {
          methods.push({ name: type.name, type: this.signature(), at });
        } else embeds.push(this.#union(type));
      } else embeds.push(this.constraint());
      if (!this.#endOfMember()) break;
    }
    this.expect("}");
    return { kind: "interface", methods, embeds };
  }

  /** A type constraint: a union of terms, or a plain type. */
  protected constraint(): GoType {
    if (this.is("~")) return this.#union(undefined);
    return this.#union(this.type());
  }

  #union(first: GoType | undefined): GoType {
    const terms: { tilde: boolean; type: GoType }[] = [];
    if (first !== undefined) terms.push({ tilde: false, type: first });
    if (first === undefined || this.is("|")) {
      if (first !== undefined) this.expect("|");
      do {
        const tilde = this.take("~");
        terms.push({ tilde, type: this.type() });
      } while (this.take("|"));
    }
    const only = terms[0]!;
    return terms.length === 1 && !only.tilde ? only.type : { kind: "union", terms };
  }

  /** Type parameters behind their `[`, up to and with the `]`: `[K comparable, V int | string]`. */
  protected typeParams(): TypeParam[] {
    const params: TypeParam[] = [];
    while (!this.is("]")) {
      const names = [this.name()];
      while (this.take(",")) names.push(this.name());
      const constraint = this.constraint();
      params.push(...names.map((name) => ({ name, constraint })));
      if (!this.take(",")) break;
    }
    this.expect("]");
    return params;
  }
}

/** The field name that an embedded type gives (specification, "Struct types"). */
function embeddedName(type: GoType): string {
  if (type.kind === "pointer") return embeddedName(type.elem);
  return type.kind === "name" ? type.name : "";
}
