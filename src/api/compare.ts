import { allPorts, type PortSet, portNames } from "./build-constraint.ts";
import type { ExportedName, PackageSurface } from "./surface.ts";

/** One difference between two surfaces of a module, as a user of the module meets it. */
export interface ApiChange {
  kind:
    | "removed"
    | "added"
    | "changed"
    | "value-changed"
    | "interface-grew"
    | "package-removed"
    | "package-added"
    | "unreadable"
    | "undefined";
  /** Import path of the package, as in the newer surface. */
  importPath: string;
  /** `F` or `T.Member`; empty for a whole package. */
  name: string;
  /** Whether code that compiled with the older surface compiles with the newer one. */
  compatible: boolean;
  /** True when the older or newer package does not compile, so that the difference may be its mistake's. */
  doubtful: boolean;
  /** One clause without subject: `was removed`, `changed from A to B`. */
  what: string;
  before: ExportedName | undefined;
  after: ExportedName | undefined;
  /** Where the older surface had it: path of a file that may be gone. */
  file: string;
  line: number;
  column: number;
}

/**
 * Compares two surfaces of one package by names and by the text of signatures; undefined stands for a package that is
 * not there. It knows no types: what it calls removed is gone, what it calls changed is written differently.
 */
export function compareSurfaces(
  before: PackageSurface | undefined,
  after: PackageSurface | undefined,
): ApiChange[] {
  const changes: ApiChange[] = [];
  if (before !== undefined && after !== undefined) comparePackages(before, after, changes);
  else if (before !== undefined) changes.push(packageChange(before, "package-removed"));
  else if (after !== undefined) {
    changes.push(packageChange(after, "package-added"), ...newlyUndefined(undefined, after));
    if (after.problem !== undefined) changes.push(unreadable(after));
  }
  return changes;
}

function packageChange(surface: PackageSurface, kind: "package-removed" | "package-added"): ApiChange {
  return {
    kind,
    importPath: surface.importPath,
    name: "",
    compatible: kind === "package-added",
    doubtful: surface.undefinedNames.length > 0,
    what: kind === "package-added" ? "is new" : "was removed",
    before: undefined,
    after: undefined,
    file: surface.file,
    line: 1,
    column: 1,
  };
}

/** Undefined names that the older package did not have. */
function newlyUndefined(before: PackageSurface | undefined, after: PackageSurface): ApiChange[] {
  const known = new Set(before?.undefinedNames.map((entry) => entry.name));
  return after.undefinedNames
    .filter((entry) => !known.has(entry.name))
    .map(({ name, file, at }) => {
      const place = { file, line: at.line, column: at.column };
      const whole = packageChange(after, "package-added");
      return {
        ...whole,
        kind: "undefined",
        doubtful: true,
        what: `uses ${name}, which is undefined`,
        ...place,
      };
    });
}

function unreadable(surface: PackageSurface): ApiChange {
  const { file, message, line, column } = surface.problem!;
  const what = `cannot be read: ${file}:${line}:${column}: ${message}`;
  const whole = packageChange(surface, "package-removed");
  return { ...whole, kind: "unreadable", compatible: true, what, file, line, column };
}

function comparePackages(before: PackageSurface, after: PackageSurface, changes: ApiChange[]): void {
  if (after.problem !== undefined && before.problem === undefined) changes.push(unreadable(after));
  changes.push(...newlyUndefined(before, after));
  const doubtful = before.undefinedNames.length + after.undefinedNames.length > 0;
  // Programs have no importers; a package that cannot be read shows nothing reliable.
  if (
    before.packageName === "main" ||
    after.packageName === "main" ||
    before.problem !== undefined ||
    after.problem !== undefined
  )
    return;
  const at = (kind: ApiChange["kind"], named: ExportedName, rest: Partial<ApiChange>): void => {
    changes.push({
      kind,
      importPath: after.importPath,
      name: named.name,
      compatible: false,
      doubtful,
      what: "",
      before: before.names.get(named.name),
      after: after.names.get(named.name),
      file: named.file,
      line: named.at.line,
      column: named.at.column,
      ...rest,
    });
  };
  for (const old of before.names.values()) {
    const now = after.names.get(old.name);
    const lost = old.ports & ~(now?.ports ?? 0) & allPorts;
    if (lost !== 0 && !isExplained(old, before, after))
      at("removed", now ?? old, { what: removedText(old, lost) });
    else if (now !== undefined && !isRetyped(old, before, after)) compareNames(old, now, at);
  }
  for (const now of after.names.values()) {
    if (before.names.has(now.name)) continue;
    const owner = ownerOf(now.name);
    if (owner !== undefined && !before.names.has(owner)) continue;
    const grew = now.kind === "interface-method" && owner !== undefined && !before.sealedTypes.has(owner);
    if (grew && !before.opaqueTypes.has(owner)) {
      at("interface-grew", now, { what: "is a new method that implementers of the interface lack" });
    } else at("added", now, { compatible: true, what: "is new" });
  }
}

type Emit = (kind: ApiChange["kind"], named: ExportedName, rest: Partial<ApiChange>) => void;

function compareNames(old: ExportedName, now: ExportedName, at: Emit): void {
  // Whoever calls a function can call a variable of the same type as well.
  const isMovedFunc = old.kind === "func" && now.kind === "var";
  const signature = isMovedFunc ? `func${old.signature}` : old.signature;
  if (
    !isMovedFunc &&
    old.kind !== now.kind &&
    (old.kind === "type" || now.kind === "type" || isCall(old) !== isCall(now))
  ) {
    at("changed", now, { what: `was a ${old.kind} and is a ${now.kind}` });
  } else if (signature !== undefined && now.signature !== undefined && signature !== now.signature) {
    at("changed", now, { what: `changed from ${signature} to ${now.signature}` });
  } else if (isLiteral(old.value) && isLiteral(now.value) && old.value !== now.value) {
    at("value-changed", now, { what: `changed its value from ${old.value} to ${now.value}` });
  }
}

function isCall(named: ExportedName): boolean {
  return named.kind === "func" || named.kind === "method" || named.kind === "interface-method";
}

/** Values that can be compared as text: one literal, or iota arithmetic. */
function isLiteral(value: string | undefined): value is string {
  return value !== undefined && /^(?:[-\d.]\S*|"[^"]*"|`[^`]*`|'[^']*'|.* with iota \d+)$/s.test(value);
}

/** A member counts as gone only when its type is still there and all of its members are known. */
function isExplained(old: ExportedName, before: PackageSurface, after: PackageSurface): boolean {
  const owner = ownerOf(old.name);
  if (owner === undefined) return false;
  return after.opaqueTypes.has(owner) || !after.names.has(owner) || !before.names.has(owner);
}

/** A member of a type that itself changed: its own difference follows from that one. */
function isRetyped(old: ExportedName, before: PackageSurface, after: PackageSurface): boolean {
  const owner = ownerOf(old.name);
  if (owner === undefined) return false;
  const [was, is] = [before.names.get(owner)?.signature, after.names.get(owner)?.signature];
  return was !== undefined && is !== undefined && was !== is;
}

function ownerOf(name: string): string | undefined {
  const dot = name.indexOf(".");
  return dot < 0 ? undefined : name.slice(0, dot);
}

function removedText(old: ExportedName, lost: PortSet): string {
  return lost === (old.ports & allPorts) ? "was removed" : `was removed on ${portNames(lost)}`;
}
