import {
  Arguments,
  type Directive,
  onlyArgument,
  Problems,
  parseString,
  type VersionFixer,
} from "./directive.ts";
import {
  type GoDirective,
  type GodebugDirective,
  parseGo,
  parseGodebug,
  parseToolchain,
  refuseBlock,
  refuseVerb,
  type ToolchainDirective,
} from "./go-directives.ts";
import { parseSyntax } from "./parser.ts";
import { formatFile } from "./printer.ts";
import { parseReplace, type ReplaceDirective } from "./replace.ts";
import type { FileSyntax, Line, LineBlock, Position } from "./syntax.ts";

/** `use ./directory`. */
export interface UseDirective {
  path: string;
  /** The path of the module there; no parser sets it, only whoever has read that module's go.mod. */
  modulePath: string;
  position: Position;
  line: Line;
}

/** A go.work file: its directives in file order, and the syntax tree that they came from. */
export interface GoWork {
  go: GoDirective | undefined;
  toolchain: ToolchainDirective | undefined;
  godebug: GodebugDirective[];
  use: UseDirective[];
  replace: ReplaceDirective[];
  readonly syntax: FileSyntax;
}

const readers: Record<string, (work: GoWork, directive: Directive) => void> = {
  go: (work, directive) => {
    work.go = parseGo(work.go, directive);
  },
  toolchain: (work, directive) => {
    work.toolchain = parseToolchain(work.toolchain, directive);
  },
  godebug: (work, directive) => work.godebug.push(parseGodebug(directive)),
  use: readUse,
  replace: (work, directive) => work.replace.push(parseReplace(directive)),
};

const blockVerbs = new Set(["godebug", "use", "replace"]);

/**
 * Parses a go.work file; `file` is the name for errors. Throws ModfileSyntaxError with all problems. Agrees with
 * golang.org/x/mod/modfile.ParseWork on what it accepts.
 */
export function parseGoWork(file: string, input: Uint8Array | string, fix?: VersionFixer): GoWork {
  const syntax = parseSyntax(file, input);
  const work: GoWork = { go: undefined, toolchain: undefined, godebug: [], use: [], replace: [], syntax };
  const problems = new Problems(syntax);
  const read = (line: Line, block?: LineBlock) => () => {
    const verb = (block ?? line).tokens[0]!;
    if (!Object.hasOwn(readers, verb)) refuseVerb(verb, Object.keys(readers));
    const args = new Arguments(line, block === undefined ? 1 : 0);
    readers[verb]!(work, { verb, line, block, args, strict: true, fix });
  };
  for (const statement of syntax.statements) {
    if (statement.kind === "line") problems.attempt(statement.start, read(statement));
    if (statement.kind !== "block") continue;
    if (statement.tokens.length === 1 && blockVerbs.has(statement.tokens[0]!)) {
      for (const line of statement.lines) problems.attempt(line.start, read(line, statement));
    } else {
      problems.attempt(statement.start, () => refuseBlock(statement));
    }
  }
  problems.throwIfAny();
  return work;
}

function readUse(work: GoWork, directive: Directive): void {
  onlyArgument(directive, "use ./directory");
  const { line, args } = directive;
  work.use.push({ path: parseString(args, 0), modulePath: "", position: line.start, line });
}

/** The bytes of the file in the standard layout. After removals call `cleanupWork` first. */
export function formatGoWork(work: GoWork): Uint8Array {
  return formatFile(work.syntax);
}
