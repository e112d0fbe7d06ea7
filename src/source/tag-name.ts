import { ModwharfError } from "../base/errors.ts";
import { isPseudoVersion } from "../module/pseudo.ts";
import { buildOf, canonicalVersion } from "../module/version.ts";

/** A version tag's two halves. */
export interface TagName {
  /** The folder that the tag speaks of, `""` for the repository's root. `v2/` folders are not named by tags. */
  readonly dir: string;
  /** A canonical semantic version, without `+incompatible`. */
  readonly version: string;
}

/**
 * Splits a tag such as `sub/v1.2.3`.
 *
 * Throws TAG_NOT_CANONICAL for what `go` does not take for a version (`v1.2`, `1.2.3`, `v1.2.3+meta`,
 * `v01.2.3`, `sub-v1.2.3`), naming the tag that it would take, and TAG_PSEUDO_VERSION for `v0.0.0-2024…`,
 * which `go` ignores (cmd/go/internal/modfetch/coderepo.go, tagToVersion).
 */
export function parseTagName(tag: string): TagName {
  const slash = tag.lastIndexOf("/");
  const name = { dir: slash < 0 ? "" : tag.slice(0, slash), version: tag.slice(slash + 1) };
  if (canonicalVersion(name.version) !== name.version || buildOf(name.version) !== "") {
    throw notCanonical(tag, name);
  }
  if (isPseudoVersion(name.version)) {
    throw new ModwharfError("TAG_PSEUDO_VERSION", "go ignores tags that look like pseudo-versions", {
      subject: tag,
      expected: "a release such as v1.2.3 or v1.2.3-rc.1",
      fix: "tag the commit with a release version, or publish the untagged commit with --rev",
    });
  }
  return name;
}

/**
 * True for a tag that somebody may have meant as a module version (`v1`, `1.2.3`, `sub-v1.2`), so that its refusal
 * is worth an explanation; false for `nightly`, `build-17`, `2024-05-01`.
 */
export function looksLikeVersionTag(tag: string): boolean {
  return /(?:^|[/@_-])(?:v\d+(?:\.\d+)*|\d+\.\d+(?:\.\d+)*)(?:[-+].*)?$/i.test(tag);
}

/** True for `v1` and `v1.2` beside `v1.2.3` at the same commit: an alias that moves along, as actions have them. */
export function isMovingAlias(tag: string, tags: readonly string[]): boolean {
  return /(?:^|\/)v\d+(?:\.\d+)?$/.test(tag) && tags.some((other) => other.startsWith(`${tag}.`));
}

function notCanonical(tag: string, name: TagName): ModwharfError {
  const suggestion = suggestTag(name);
  return new ModwharfError(
    "TAG_NOT_CANONICAL",
    `go does not take this tag for a version: ${reason(name.version)}`,
    {
      subject: tag,
      expected: suggestion ?? "vMAJOR.MINOR.PATCH, such as v1.2.3, or sub/v1.2.3 for a module in sub/",
      actual: tag,
      fix:
        suggestion === undefined
          ? "name the tag of a release"
          : `git tag ${shellWord(suggestion)} ${shellWord(`${tag}^{}`)} && git push origin ${shellWord(suggestion)}`,
    },
  );
}

function reason(version: string): string {
  if (version.endsWith("+incompatible"))
    return "+incompatible belongs to the version that go shows, not to the tag";
  if (canonicalVersion(version) !== undefined) {
    return buildOf(version) === "" ? "it lacks the minor or patch number" : "it carries build metadata";
  }
  if (/^\d/.test(version)) return "it lacks the letter v";
  if (/^v\d/.test(version) && canonicalVersion(withoutLeadingZeros(version)) !== undefined) {
    return "a number has a leading zero";
  }
  return "it is no semantic version";
}

/** The canonical tag that was probably meant, or undefined. */
function suggestTag({ dir, version }: TagName): string | undefined {
  // Release tools join component and version by other signs than the slash that Go wants.
  const joined = /^(.*[^-_@])[-_@](v?\d+\.\d+.*)$/i.exec(version);
  const plain = canonicalOf(version);
  if (plain !== undefined) return dir === "" ? plain : `${dir}/${plain}`;
  const behind = joined === null ? undefined : canonicalOf(joined[2]!);
  if (joined === null || behind === undefined) return undefined;
  return [...(dir === "" ? [] : [dir]), joined[1], behind].join("/");
}

function canonicalOf(text: string): string | undefined {
  const version = withoutLeadingZeros(text.replace(/^[vV]?/, "v"));
  return canonicalVersion(version)?.replace(/\+.*$/, "");
}

function withoutLeadingZeros(version: string): string {
  const [, core, rest] = /^v?([\d.]*)(.*)$/s.exec(version)!;
  return `v${core!.replace(/(^|\.)0+(?=\d)/g, "$1")}${rest}`;
}

/** Quotes a word for the shell command of a fix, which people paste. */
export function shellWord(word: string): string {
  return /^[A-Za-z0-9._/@:+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
