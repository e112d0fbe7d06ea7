import { checkPathMajor } from "../module/major.ts";
import type { ModuleVersion } from "../module/module-version.ts";
import {
  Arguments,
  type Directive,
  onlyArgument,
  Problems,
  parseString,
  parseVersion,
  parseVersionInterval,
  refuse,
  type VersionFixer,
  type VersionInterval,
} from "./directive.ts";
import { deprecation, directiveComment, isIndirect } from "./directive-comments.ts";
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
import { modulePathMajor, parseReplace, type ReplaceDirective } from "./replace.ts";
import type { FileSyntax, Line, LineBlock, Position } from "./syntax.ts";

/** `module path`. */
export interface ModuleDirective {
  path: string;
  /** The message after `// Deprecated:`; "" when the module is not deprecated. */
  deprecated: string;
  position: Position;
  line: Line;
}

/** `require path version`. */
export interface RequireDirective {
  module: ModuleVersion;
  /** True with a `// indirect` comment. */
  indirect: boolean;
  position: Position;
  line: Line;
}

/** `exclude path version`. */
export interface ExcludeDirective {
  module: ModuleVersion;
  position: Position;
  line: Line;
}

/** `retract version` or `retract [low, high]`. */
export interface RetractDirective {
  /** As written: without a fixer, `go` does not check here that these are versions. */
  interval: VersionInterval;
  /** The comment that says why, "" when there is none. */
  rationale: string;
  position: Position;
  line: Line;
}

/** `tool path` or `ignore path`. */
export interface PathDirective {
  path: string;
  position: Position;
  line: Line;
}

/**
 * A go.mod file: what its directives mean, in file order, and the syntax tree that they came from. Change it
 * with the functions of edit*.ts, which keep both in step.
 */
export interface GoMod {
  module: ModuleDirective | undefined;
  go: GoDirective | undefined;
  toolchain: ToolchainDirective | undefined;
  godebug: GodebugDirective[];
  require: RequireDirective[];
  exclude: ExcludeDirective[];
  replace: ReplaceDirective[];
  retract: RetractDirective[];
  tool: PathDirective[];
  ignore: PathDirective[];
  readonly syntax: FileSyntax;
}

/**
 * Parses the go.mod of a main module: an unknown directive is a problem. `file` is the name for errors, `input`
 * the whole content; callers limit its size (`go` reads at most 16 MiB of a dependency's go.mod).
 *
 * Throws ModfileSyntaxError with all problems. Agrees with golang.org/x/mod/modfile.Parse on what it accepts.
 */
export function parseGoMod(file: string, input: Uint8Array | string, fix?: VersionFixer): GoMod {
  return readDirectives(file, input, { strict: true, fix });
}

/**
 * Parses the go.mod of a dependency as golang.org/x/mod/modfile.ParseLax: only module, go, require, retract and
 * ignore count; everything else, future directives included, is left alone.
 */
export function parseGoModLax(file: string, input: Uint8Array | string, fix?: VersionFixer): GoMod {
  return readDirectives(file, input, { strict: false, fix });
}

/** The bytes of the file in the standard layout. After removals call `cleanup` first. */
export function formatGoMod(mod: GoMod): Uint8Array {
  return formatFile(mod.syntax);
}

/** What `readDirectives` needs to know beside the file. */
interface ReadOptions {
  readonly strict: boolean;
  readonly fix: VersionFixer | undefined;
}

/** How each directive is read. All but go and toolchain may stand in a block. */
const readers: Record<string, (mod: GoMod, directive: Directive) => void> = {
  go: (mod, directive) => {
    mod.go = parseGo(mod.go, directive);
  },
  toolchain: (mod, directive) => {
    mod.toolchain = parseToolchain(mod.toolchain, directive);
  },
  module: readModule,
  godebug: (mod, directive) => mod.godebug.push(parseGodebug(directive)),
  require: readRequire,
  exclude: readExclude,
  replace: (mod, directive) => mod.replace.push(parseReplace(directive)),
  retract: readRetract,
  tool: (mod, directive) => mod.tool.push(readPath(directive, "tool example.com/path/to/command")),
  ignore: (mod, directive) => mod.ignore.push(readPath(directive, "ignore ./directory")),
};

const lineOnly = new Set(["go", "toolchain"]);
const laxVerbs = new Set(["go", "module", "retract", "require", "ignore"]);

/** A go.mod without directives, around a syntax tree. */
export function emptyGoMod(syntax: FileSyntax): GoMod {
  return {
    module: undefined,
    go: undefined,
    toolchain: undefined,
    godebug: [],
    require: [],
    exclude: [],
    replace: [],
    retract: [],
    tool: [],
    ignore: [],
    syntax,
  };
}

function readDirectives(file: string, input: Uint8Array | string, options: ReadOptions): GoMod {
  const mod = emptyGoMod(parseSyntax(file, input));
  const problems = new Problems(mod.syntax);
  const { strict } = options;
  for (const statement of mod.syntax.statements) {
    if (statement.kind === "line") {
      problems.attempt(statement.start, () => readLine(mod, { line: statement, ...options }));
    } else if (statement.kind === "block") {
      const verb = blockVerb(statement);
      if (verb !== undefined) {
        for (const line of statement.lines) {
          problems.attempt(line.start, () => readLine(mod, { line, block: statement, ...options }));
        }
      } else if (strict) {
        problems.attempt(statement.start, () => refuseBlock(statement));
      }
    }
  }
  fixRetractions(mod, problems, options.fix);
  problems.throwIfAny();
  return mod;
}

function blockVerb({ tokens }: LineBlock): string | undefined {
  const [verb] = tokens;
  const known = tokens.length === 1 && Object.hasOwn(readers, verb!) && !lineOnly.has(verb!);
  return known ? verb : undefined;
}

function readLine(mod: GoMod, at: ReadOptions & { line: Line; block?: LineBlock }): void {
  const { line, block, strict, fix } = at;
  const verb = (block ?? line).tokens[0]!;
  if (!strict && !laxVerbs.has(verb)) return;
  if (!Object.hasOwn(readers, verb)) refuseVerb(verb, Object.keys(readers));
  const args = new Arguments(line, block === undefined ? 1 : 0);
  readers[verb]!(mod, { verb, line, block, args, strict, fix });
}

function readModule(mod: GoMod, directive: Directive): void {
  const { block, line, args } = directive;
  if (mod.module !== undefined) refuse("a second module directive", { fix: "keep one of them." });
  // Set before the path is read, so that a malformed directive still counts as the first one.
  mod.module = { path: "", deprecated: deprecation(block, line), position: line.start, line };
  onlyArgument(directive, "module example.com/path");
  mod.module.path = parseString(args, 0);
}

function readRequire(mod: GoMod, directive: Directive): void {
  const { line } = directive;
  const module = readModuleVersion(directive);
  mod.require.push({ module, indirect: isIndirect(line), position: line.start, line });
}

function readExclude(mod: GoMod, directive: Directive): void {
  const { line } = directive;
  mod.exclude.push({ module: readModuleVersion(directive), position: line.start, line });
}

function readModuleVersion(directive: Directive): ModuleVersion {
  const { args, verb } = directive;
  if (args.count !== 2) {
    const expected = `${verb} example.com/path v1.2.3`;
    refuse(`a ${verb} directive takes a path and a version`, { expected, actual: `${verb} ${args}`.trim() });
  }
  const path = parseString(args, 0);
  const version = parseVersion(directive, path, 1);
  checkPathMajor(version, modulePathMajor(path));
  return { path, version };
}

/** Retracted versions are kept as written, since their module's path may stand further down. */
const keepVersion: VersionFixer = (_path, version) => version;

function readRetract(mod: GoMod, directive: Directive): void {
  const { line, block, args, strict } = directive;
  const rationale = directiveComment(block, line);
  const { interval, count } = readInterval(directive) ?? {};
  if (interval === undefined || count === undefined) return;
  if (strict && args.count > count) {
    refuse("something follows the version of a retract directive", { actual: args.get(count)! });
  }
  mod.retract.push({ interval, rationale, position: line.start, line });
}

/** A dependency may use a notation of intervals that is yet to come, so there its errors are no problem. */
function readInterval(directive: Directive): ReturnType<typeof parseVersionInterval> | undefined {
  try {
    return parseVersionInterval({ ...directive, fix: keepVersion }, "");
  } catch (error) {
    if (directive.strict) throw error;
    return undefined;
  }
}

function readPath(directive: Directive, expected: string): PathDirective {
  onlyArgument(directive, expected);
  const { line, args } = directive;
  return { path: parseString(args, 0), position: line.start, line };
}

/** Fixes retracted versions once the module's path is known; one problem says that there is no path. */
function fixRetractions(mod: GoMod, problems: Problems, fix: VersionFixer | undefined): void {
  if (fix === undefined) return;
  const path = mod.module?.path ?? "";
  for (const retract of mod.retract) {
    const { line } = retract;
    problems.attempt(line.start, () => {
      if (path === "")
        refuse("a retract directive without a module directive", { fix: "add a module directive." });
      const args = new Arguments(line, line.tokens[0] === "retract" ? 1 : 0);
      const directive = { verb: "retract", line, block: undefined, args, strict: true, fix };
      retract.interval = parseVersionInterval(directive, path).interval;
    });
    if (path === "") return;
  }
}
