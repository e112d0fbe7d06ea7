import parseExpression from "spdx-expression-parse";
import { closest } from "../base/suggest.ts";
import { compareGoVersions } from "../modfile/go-version.ts";
import type { PolicyFile } from "./policy-file.ts";
import { maxPatternLength } from "./policy-schema.ts";
import type { Rule } from "./rule.ts";
import { problemOfRange, rangeExamples } from "./version-range.ts";
import type { YamlFile, YamlProblem } from "./yaml-file.ts";

type Path = readonly (string | number)[];
type Problem = Omit<YamlProblem, "line" | "column">;

/**
 * What a schema cannot say of a policy file: names of rules in waivers, days that no calendar has, ranges, patterns
 * and licences that could never match.
 */
export function meaningProblems(yaml: YamlFile, rules: readonly Rule[]): YamlProblem[] {
  const file = yaml.value as PolicyFile;
  const problems: YamlProblem[] = [];
  const check = (path: Path, problem: Problem | undefined) => {
    if (problem !== undefined) problems.push({ ...yaml.placeOf(path), ...problem });
  };
  for (const [i, waiver] of (file.waivers ?? []).entries()) {
    check(["waivers", i, "rule"], ruleProblem(waiver.rule, rules));
    check(["waivers", i, "expires"], dateProblem(waiver.expires));
    for (const [j, path] of (waiver.paths ?? []).entries())
      check(["waivers", i, "paths", j], globProblem(path));
  }
  for (const [rule, setting] of Object.entries(file.rules ?? {})) {
    const paths = typeof setting === "string" ? [] : Object.keys(setting.paths ?? {});
    for (const path of paths) check(["rules", rule, "paths", path], globProblem(path));
  }
  check(["go", "minimum"], goProblem(file.go));
  checkDependencies(file, check);
  for (const [i, licence] of (file.licences?.allow ?? []).entries()) {
    check(["licences", "allow", i], licenceProblem(licence) ?? choiceProblem(licence));
  }
  for (const [i, { module, licence }] of (file.licences?.exceptions ?? []).entries()) {
    check(["licences", "exceptions", i, "module"], globProblem(module));
    check(["licences", "exceptions", i, "licence"], licenceProblem(licence));
  }
  return problems;
}

function checkDependencies(
  { dependencies }: PolicyFile,
  check: (path: Path, problem: Problem | undefined) => void,
): void {
  for (const list of ["allow", "deny", "endOfLife"] as const) {
    for (const [i, entry] of (dependencies?.[list] ?? []).entries()) {
      const path = ["dependencies", list, i];
      if (typeof entry === "string") check(path, globProblem(entry));
      else {
        check([...path, "module"], globProblem(entry.module));
        check([...path, "versions"], rangeProblem(entry.versions));
      }
    }
  }
  for (const [i, { date }] of (dependencies?.endOfLife ?? []).entries()) {
    check(["dependencies", "endOfLife", i, "date"], dateProblem(date));
  }
}

function ruleProblem(rule: string, rules: readonly Rule[]): Problem | undefined {
  const ids = rules.map(({ id }) => id);
  if (ids.includes(rule)) return undefined;
  const meant = closest(rule, ids);
  const fix = meant === undefined ? "see docs/rules.md" : `did you mean ${meant}?`;
  return { what: `there is no rule ${JSON.stringify(rule)}`, fix };
}

/** The form is right by now, but February has no 31st. */
function dateProblem(text: string): Problem | undefined {
  const date = new Date(`${text}T00:00:00Z`);
  if (!Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)) return undefined;
  return { what: `no calendar has the day ${text}`, fix: "write the last day of the month that is meant" };
}

/** Brackets and question marks are wildcards elsewhere; here they would silently match nothing. */
function globProblem(pattern: string): Problem | undefined {
  // Keys of a mapping, which its schema says nothing about.
  if (pattern.length > maxPatternLength) {
    return {
      what: `a pattern is ${pattern.length} characters long: ${JSON.stringify(pattern.slice(0, 40))}…`,
      expected: `at most ${maxPatternLength} characters`,
    };
  }
  if (!/[?[\]{}]/.test(pattern)) return undefined;
  return {
    what: `the pattern ${JSON.stringify(pattern.slice(0, 100))} has a character that is no wildcard here`,
    expected: "* for any text within an element; ** in paths and /... behind modules for everything below",
    fix: "write each alternative as an entry of its own",
  };
}

function rangeProblem(versions: string | undefined): Problem | undefined {
  const problem = versions === undefined ? undefined : problemOfRange(versions);
  if (problem === undefined) return undefined;
  return { what: `${JSON.stringify(problem)} is no version range`, expected: rangeExamples };
}

function goProblem(go: PolicyFile["go"]): Problem | undefined {
  const { minimum, maximum } = go ?? {};
  if (minimum === undefined || maximum === undefined || compareGoVersions(minimum, maximum) <= 0)
    return undefined;
  return {
    what: `go.minimum ${minimum} is above go.maximum ${maximum}, so no module could pass`,
    fix: "swap them, or leave one out",
  };
}

function licenceProblem(licence: string): Problem | undefined {
  if (isExpression(licence)) return undefined;
  const upper = licence.toUpperCase();
  return {
    what: `${JSON.stringify(licence.slice(0, 100))} is no SPDX identifier`,
    expected: "an identifier of spdx.org/licenses, such as MIT or Apache-2.0; capitals count",
    ...(isExpression(upper) ? { fix: `did you mean ${upper}?` } : {}),
  };
}

/** The list holds what is accepted each for itself; a choice among licences is the module's to offer. */
function choiceProblem(licence: string): Problem | undefined {
  if (!("conjunction" in parseExpression(licence))) return undefined;
  return {
    what: `${JSON.stringify(licence.slice(0, 100))} is more than one licence`,
    expected: "one licence in each entry, WITH an exception or without",
    fix: "write each licence as an entry of its own",
  };
}

function isExpression(text: string): boolean {
  try {
    parseExpression(text);
    return true;
  } catch {
    return false;
  }
}
