import type { ApiChange } from "../api/compare.ts";
import type { GoMod } from "../modfile/go-mod.ts";
import { compareGoVersions } from "../modfile/go-version.ts";
import { incrementDecimal } from "../module/decimal.ts";
import { pathMajorPrefix } from "../module/major.ts";
import { splitPathVersion } from "../module/path-version.ts";
import { compareVersions, majorMinorOf, majorOf, prereleaseOf } from "../module/version.ts";
import { joinTag, tagDirOf } from "../source/module-tag.ts";
import { isOwnVersion } from "./versions.ts";

export interface NextVersionInput {
  modulePath: string;
  /** Folder of the module's go.mod, "" for the root. */
  dir: string;
  /** Versions that exist, of this path. */
  published: readonly string[];
  /** The version that head is compared with; undefined for a first release. */
  base: string | undefined;
  /** Undefined when the base had no go.mod. */
  baseGoMod: GoMod | undefined;
  headGoMod: GoMod;
  api: readonly ApiChange[];
  /** `rc`, `beta` …: the next pre-release of that kind instead of the release. */
  prerelease?: string | undefined;
  /** A dependency requires this higher version of the module itself. */
  requiredByOthers?: string | undefined;
}

export interface NextVersion {
  bump: "first" | "patch" | "minor" | "major" | "release" | "none";
  /** Undefined when none can be named; `reasons` say why. */
  version: string | undefined;
  /** The tag that publishes it, with the folder of a nested module. */
  tag: string | undefined;
  /** The module path that go.mod must have then. */
  modulePath: string;
  reasons: string[];
}

/**
 * The lowest version that what changed since `base` allows by Go's rules (go.dev/doc/modules/version-numbers): for
 * an incompatible change of v1 or later the next major, with the module path that it needs.
 */
export function nextVersion(input: NextVersionInput): NextVersion {
  const { modulePath, base, published } = input;
  if (base === undefined) return first(input);
  // Pre-releases above the base lead up to the version that is sought.
  const isRival = (version: string) => majorOf(version) === majorOf(base) && prereleaseOf(version) === "";
  const newest = published.findLast(isRival);
  if (newest !== undefined && compareVersions(newest, base) > 0) {
    return none(modulePath, `${newest} exists: compare with that version, the newest of its major`);
  }
  if (input.requiredByOthers !== undefined && compareVersions(input.requiredByOthers, base) > 0) {
    return none(modulePath, `a dependency requires ${input.requiredByOthers} of this module, above ${base}`);
  }
  const mistake = input.api.find((change) => change.doubtful || change.kind === "unreadable");
  if (mistake !== undefined)
    return none(modulePath, `${mistake.importPath} does not compile, here or at ${base}`);
  const broken = input.api.filter((change) => !change.compatible && change.kind !== "value-changed");
  if (broken.length > 0 && majorOf(base) !== "v0" && prereleaseOf(base) === "") return major(input, broken);
  return within(input, base, broken);
}

function first(input: NextVersionInput): NextVersion {
  const pathMajor = splitPathVersion(input.modulePath)?.pathMajor ?? "";
  const version = pathMajor === "" ? "v0.1.0" : `${pathMajorPrefix(pathMajor)}.0.0`;
  return named(input, { bump: "first", version, reasons: ["no version of this module exists"] });
}

function none(modulePath: string, reason: string): NextVersion {
  return { bump: "none", version: undefined, tag: undefined, modulePath, reasons: [reason] };
}

/** The next major: another module path, so that users of the old one are not touched. */
function major(input: NextVersionInput, broken: readonly ApiChange[]): NextVersion {
  const split = splitPathVersion(input.modulePath);
  const next = `v${incrementDecimal(majorOf(input.base!)!.slice(1))}`;
  const gopkg = input.modulePath.startsWith("gopkg.in/");
  const modulePath = `${split?.prefix ?? input.modulePath}${gopkg ? "." : "/"}${next}`;
  const reasons = [
    ...listed(broken),
    `a new major is a new module: set the module path to ${modulePath} and rewrite its imports`,
  ];
  const version = `${next}.0.0`;
  return named({ ...input, modulePath, published: [] }, { bump: "major", version, reasons });
}

function within(input: NextVersionInput, base: string, broken: readonly ApiChange[]): NextVersion {
  if (prereleaseOf(base) !== "") {
    const version = base.slice(0, base.length - prereleaseOf(base).length);
    const reasons = [`${base} is a pre-release of ${version}`];
    return named(input, { bump: "release", version, reasons });
  }
  const [, minor = "0", patch = "0"] = base.split(".");
  const additions = input.api.filter((change) => change.compatible);
  const requirements = requirementReasons(input.baseGoMod, input.headGoMod);
  if (broken.length + additions.length + requirements.length > 0) {
    const version = `${majorOf(base)}.${incrementDecimal(minor)}.0`;
    const free = broken.length > 0 ? ["v0 may break"] : [];
    const reasons = [...free, ...listed([...broken, ...additions]), ...requirements];
    return named(input, { bump: "minor", version, reasons });
  }
  const version = `${majorMinorOf(base)}.${incrementDecimal(patch)}`;
  return named(input, { bump: "patch", version, reasons: ["no exported name and no requirement was added"] });
}

function named(
  input: NextVersionInput,
  { bump, version, reasons }: { bump: NextVersion["bump"]; version: string; reasons: string[] },
): NextVersion {
  const chosen =
    input.prerelease === undefined ? version : prereleaseVersion(version, input.prerelease, input.published);
  const tag = joinTag(tagDirOf(input.dir, input.modulePath), chosen);
  return { bump, version: chosen, tag, modulePath: input.modulePath, reasons };
}

/** `v1.3.0-rc.2` when `v1.3.0-rc.1` exists. */
function prereleaseVersion(version: string, kind: string, published: readonly string[]): string {
  const numbers = published
    .filter((known) => known.startsWith(`${version}-${kind}.`))
    .map((known) => Number(known.slice(version.length + kind.length + 2)))
    .filter((number) => Number.isSafeInteger(number));
  return `${version}-${kind}.${Math.max(0, ...numbers) + 1}`;
}

const MAX_LISTED = 20;

function listed(changes: readonly ApiChange[]): string[] {
  const lines = changes
    .slice(0, MAX_LISTED)
    .map(({ importPath, name, what }) => `${importPath}${name === "" ? "" : `.${name}`} ${what}`);
  const rest = changes.length - lines.length;
  return rest > 0 ? [...lines, `and ${rest} more`] : lines;
}

/**
 * What new or higher requirements mean for users: they get them too, so the minor version goes up (gorelease,
 * requirementsChanged; go versions are compared as versions).
 */
export function requirementReasons(base: GoMod | undefined, head: GoMod): string[] {
  if (base === undefined) return ["go.mod is new"];
  const before = new Map(base.require.map((require) => [require.module.path, require.module.version]));
  const reasons: string[] = [];
  for (const { module } of head.require) {
    const known = before.get(module.path);
    if (known === undefined) reasons.push(`requires ${module.path} ${module.version}`);
    else if (compareVersions(majorMinorOf(module.version)!, majorMinorOf(known)!) > 0) {
      reasons.push(`requires ${module.path} ${module.version} instead of ${known}`);
    }
  }
  const [older, newer] = [base.go?.version, head.go?.version];
  if (older !== undefined && newer !== undefined && compareGoVersions(newer, older) > 0) {
    reasons.push(`needs go ${newer} instead of ${older}`);
  }
  return reasons;
}

/** The version that a proposed one is compared with: the newest release of the path below it. */
export function baseVersionOf(
  modulePath: string,
  published: readonly string[],
  below?: string,
): string | undefined {
  const candidates = published.filter(
    (version) =>
      isOwnVersion(modulePath, version) && (below === undefined || compareVersions(version, below) < 0),
  );
  return candidates.findLast((version) => prereleaseOf(version) === "") ?? candidates.at(-1);
}
