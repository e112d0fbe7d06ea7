import type { PortSet } from "./build-constraint.ts";
import type { PackageScope, Scoped, TypeDeclaration } from "./package-scope.ts";
import { importPathOf, type NameScope, printSignature, printType, withTypeParams } from "./print-type.ts";
import { type GoFile, type GoType, isExported, type Place } from "./syntax.ts";

/** A field or method that a value of some type has, its own or promoted from an embedded type. */
export interface Member {
  kind: "method" | "field" | "interface-method";
  name: string;
  signature: string;
  ports: PortSet;
  file: string;
  at: Place;
  /** 0 for the type's own; the shallowest wins (specification, "Selectors"). */
  depth: number;
}

export interface Members {
  byName: Map<string, Member>;
  /** True when types of other modules are embedded or aliased: then more members may exist than are listed. */
  opaque: boolean;
  /** True for an interface with an unexported method, which no other package can implement. */
  sealed: boolean;
}

/** Loads a package of the module under study by import path; undefined for packages of other modules. */
export type LoadScope = (importPath: string) => Promise<PackageScope | undefined>;

/** Collects the members of named types, following embedding and aliases through the packages of one module. */
export class MemberCollector {
  readonly #load: LoadScope;
  readonly #modulePath: string;

  constructor(modulePath: string, load: LoadScope) {
    this.#modulePath = modulePath;
    this.#load = load;
  }

  /** All exported members of the type `name` of `scope`, on any port. */
  async of(scope: PackageScope, name: string): Promise<Members> {
    const members: Members = { byName: new Map(), opaque: false, sealed: false };
    await this.#declared(members, { scope, name, depth: 0, seen: new Map(), methods: true });
    return members;
  }

  async #declared(members: Members, visit: Visit): Promise<void> {
    const key = `${visit.scope.importPath}.${visit.name}`;
    const declarations = visit.scope.types.get(visit.name);
    if (declarations === undefined) {
      // Predeclared types have no exported members but error's.
      if (visit.name === "error") this.#add(members, errorMethod(visit.depth));
      return;
    }
    if (isCovered(visit, key)) return;
    if (visit.depth > MAX_EMBEDDING) {
      members.opaque = true;
      return;
    }
    visit.seen.set(key, { depth: visit.depth, methods: visit.methods });
    for (const scoped of declarations) {
      const { declaration, file, ports } = scoped;
      const type = declaration.type;
      const scope = this.#nameScope(
        visit.scope,
        file,
        declaration.typeParams.map((param) => param.name),
      );
      const inner = { ...visit, scope, ports, package: visit.scope };
      // A defined type takes its source's fields but not its methods; an alias takes both.
      await this.#underlying(members, type, { ...inner, methods: visit.methods && declaration.alias });
    }
    if (visit.methods) this.#methods(members, visit, declarations);
  }

  #methods(members: Members, visit: Visit, declarations: readonly Scoped<TypeDeclaration>[]): void {
    const ports = declarations.reduce((set, scoped) => set | scoped.ports, 0);
    for (const { declaration, file, ports: own } of visit.scope.methods.get(visit.name) ?? []) {
      if (!isExported(declaration.name)) continue;
      const scope = this.#nameScope(visit.scope, file, declaration.receiver?.typeParams ?? []);
      this.#add(members, {
        kind: "method",
        name: declaration.name,
        signature: printSignature(declaration.type, scope),
        ports: own & ports,
        file: file.path,
        at: declaration.at,
        depth: visit.depth,
      });
    }
  }

  async #underlying(members: Members, type: GoType, context: TypeContext): Promise<void> {
    if (type.kind === "struct") {
      for (const field of type.fields) {
        if (isExported(field.name)) {
          const signature = printType(field.type, context.scope);
          this.#add(members, { ...this.#here(context, field), kind: "field", name: field.name, signature });
        }
        if (field.embedded) {
          await this.#underlying(members, field.type, {
            ...context,
            depth: context.depth + 1,
            methods: true,
          });
        }
      }
    } else if (type.kind === "interface") {
      for (const method of type.methods) {
        if (!isExported(method.name)) members.sealed = true;
        else {
          const signature = printSignature(method.type, context.scope);
          const here = this.#here(context, method);
          this.#add(members, { ...here, kind: "interface-method", name: method.name, signature });
        }
      }
      for (const embedded of type.embeds)
        await this.#underlying(members, embedded, { ...context, methods: true });
    } else if (type.kind === "pointer") await this.#underlying(members, type.elem, context);
    else if (type.kind === "name") await this.#named(members, type, context);
  }

  async #named(members: Members, type: GoType & { kind: "name" }, context: TypeContext): Promise<void> {
    const { seen, depth, methods } = context;
    if (type.qualifier === undefined) {
      if (context.scope.typeParams.has(type.name)) return;
      const dotted = context.scope.file.imports.some((entry) => entry.alias === ".");
      if (dotted && !context.package.types.has(type.name)) members.opaque = true;
      await this.#declared(members, { scope: context.package, name: type.name, depth, seen, methods });
      return;
    }
    const path = importPathOf(context.scope.file, type.qualifier);
    const scope = path === undefined ? undefined : await this.#load(path);
    if (scope === undefined || !scope.types.has(type.name)) members.opaque = true;
    else await this.#declared(members, { scope, name: type.name, depth, seen, methods });
  }

  #nameScope(scope: PackageScope, file: GoFile, typeParams: readonly string[]): NameScope {
    const bare = {
      file,
      importPath: scope.importPath,
      modulePath: this.#modulePath,
      typeParams: new Map(),
      aliases: scope.aliases,
    };
    return withTypeParams(bare, typeParams);
  }

  #here(context: TypeContext, at: { at: Place }): Pick<Member, "ports" | "file" | "at" | "depth"> {
    return { ports: context.ports, file: context.scope.file.path, at: at.at, depth: context.depth };
  }

  #add(members: Members, member: Member): void {
    const known = members.byName.get(member.name);
    if (known === undefined || member.depth < known.depth) members.byName.set(member.name, member);
    // Declared again for other ports.
    else if (known.depth === member.depth) known.ports |= member.ports;
  }
}

interface Visit {
  scope: PackageScope;
  name: string;
  depth: number;
  seen: SeenTypes;
  /** Whether methods count, or only fields and interface methods. */
  methods: boolean;
}

/**
 * How each type was visited: a type that two embedded ones embed in turn is not walked once more, since types that do
 * so again and again would be walked for ever.
 */
type SeenTypes = Map<string, { depth: number; methods: boolean }>;

/** Nobody embeds so deeply, and every step hands all members on to every type above. */
const MAX_EMBEDDING = 20;

/** True when a visit at least as near, and with methods if they count now, has been here. */
function isCovered({ seen, depth, methods }: Visit, key: string): boolean {
  const known = seen.get(key);
  return known !== undefined && known.depth <= depth && (known.methods || !methods);
}

interface TypeContext {
  scope: NameScope;
  package: PackageScope;
  ports: PortSet;
  depth: number;
  seen: SeenTypes;
  methods: boolean;
}

function errorMethod(depth: number): Member {
  const at = { line: 0, column: 0 };
  return { kind: "interface-method", name: "Error", signature: "() string", ports: ~0, file: "", at, depth };
}
