import { type Directive, onlyArgument, refuse } from "./directive.ts";
import type { Line, LineBlock, Position } from "./syntax.ts";

/** `go 1.23.0`. */
export interface GoDirective {
  version: string;
  position: Position;
  line: Line;
}

/** `toolchain go1.23.0`. */
export interface ToolchainDirective {
  name: string;
  position: Position;
  line: Line;
}

/** `godebug key=value`. */
export interface GodebugDirective {
  key: string;
  value: string;
  position: Position;
  line: Line;
}

/** What a go directive may say; wider than the Go versions that exist (modfile.GoVersionRE). */
export const goVersionPattern = /^([1-9][0-9]*)\.(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))?([a-z]+[0-9]+)?$/;

/** A toolchain name: `default`, or anything that starts with go1 or go1. (modfile.ToolchainRE). */
export const toolchainPattern = /^default$|^go1($|\.)/;

/** What is mended in a dependency's go directive: a leading v, and what follows major and minor. */
const laxGoVersionPattern = /^v?((?:[1-9][0-9]*)\.(?:0|[1-9][0-9]*))[^0-9][^\n]*$/;

/** Reads a go directive; in a dependency's go.mod, `v1.2` or `1.2.beta` are mended in the line too. */
export function parseGo(previous: GoDirective | undefined, directive: Directive): GoDirective {
  const { line, args, strict } = directive;
  if (previous !== undefined) refuse("a second go directive", { fix: "keep one of them." });
  let version = onlyArgument(directive, "go 1.23.0");
  if (!goVersionPattern.test(version)) {
    const mended = strict ? undefined : laxGoVersionPattern.exec(version)?.[1];
    if (mended === undefined) {
      return refuse("the version of the go directive is malformed", {
        expected: "the form 1.23.0",
        actual: version,
      });
    }
    version = mended;
    args.set(0, version);
  }
  return { version, position: line.start, line };
}

export function parseToolchain(
  previous: ToolchainDirective | undefined,
  directive: Directive,
): ToolchainDirective {
  if (previous !== undefined) refuse("a second toolchain directive", { fix: "keep one of them." });
  const name = onlyArgument(directive, "toolchain go1.23.0");
  if (!toolchainPattern.test(name)) {
    refuse("the name of the toolchain is malformed", { expected: "go1.23.0 or default", actual: name });
  }
  return { name, position: directive.line.start, line: directive.line };
}

export function parseGodebug(directive: Directive): GodebugDirective {
  const { line } = directive;
  const setting = onlyArgument(directive, "godebug key=value");
  const equals = setting.indexOf("=");
  if (equals < 0 || /["'`,]/.test(setting)) {
    refuse("a godebug directive is malformed", { expected: "godebug key=value", actual: setting });
  }
  return { key: setting.slice(0, equals), value: setting.slice(equals + 1), position: line.start, line };
}

/** The problem of a directive that this kind of file does not have. */
export function refuseVerb(verb: string, known: readonly string[]): never {
  refuse("unknown directive", { expected: `one of ${known.join(", ")}`, actual: verb });
}

/** The problem of a block whose head is no directive that may have one. */
export function refuseBlock({ tokens }: LineBlock): never {
  refuse("unknown kind of block", {
    actual: `${tokens.join(" ")} ( … )`,
    fix: "write one directive a line.",
  });
}
