import parse from "spdx-expression-parse";
import satisfies from "spdx-satisfies";
import { dependenciesOf } from "./dependencies.ts";
import { eachDependency } from "./each-dependency.ts";
import { detectLicence } from "./licence-detect.ts";
import { matchModule } from "./patterns.ts";
import type { ModuleContext, RuleHit } from "./rule.ts";

/** The licence of one dependency: `expression` undefined when none could be told. */
export interface DependencyLicence {
  path: string;
  version: string;
  expression: string | undefined;
  /** File names that hold a licence; empty when there is none. */
  files: string[];
}

/**
 * Judges the licences of dependencies; rules differ only in what they make of the answer. What the policy says
 * of a module goes before what its text says.
 */
export async function licenceHits(
  context: ModuleContext,
  judge: (licence: DependencyLicence) => Pick<RuleHit, "message" | "fix"> | undefined,
): Promise<RuleHit[]> {
  if (context.policy.licences.allow === undefined) return [];
  const siblings = new Set(context.repository.modules.map((module) => module.path));
  const dependencies = (await dependenciesOf(context)).filter(
    (dependency) => dependency.built !== undefined && !siblings.has(dependency.module.path),
  );
  return eachDependency(context, dependencies, async (dependency, facts) => {
    const { path, version } = dependency.built!;
    const exception = context.policy.licences.exceptions.find((entry) => matchModule(entry.module, path));
    const files = exception === undefined ? await facts.licences(dependency.built!) : [];
    // A module that no proxy has is told by other rules.
    if (files === undefined) return undefined;
    const expression = exception?.licence ?? (await expressionOf(files));
    const verdict = judge({ path, version, expression, files: files.map((file) => file.name) });
    return verdict === undefined ? undefined : { subject: path, ...verdict, ...dependency.place };
  });
}

/**
 * True when the expression can be met with the allowed licences alone. The library is asked about single licences
 * only: it multiplies an expression out, which for `(A OR B) AND (C OR D) AND …` doubles with each step.
 */
export function isAllowed(expression: string, allow: readonly string[]): boolean {
  return isMet(parse(expression), allow);
}

function isMet(expression: parse.Expression, allow: readonly string[]): boolean {
  if ("conjunction" in expression) {
    const { conjunction, left, right } = expression;
    return conjunction === "or"
      ? isMet(left, allow) || isMet(right, allow)
      : isMet(left, allow) && isMet(right, allow);
  }
  return satisfies(textOf(expression), [...allow]);
}

function textOf({ license, plus, exception }: parse.Licence): string {
  return `${license}${plus ? "+" : ""}${exception === undefined ? "" : ` WITH ${exception}`}`;
}

/** The root's licence files together; several in one module all apply, unless they are choices of one text. */
async function expressionOf(files: readonly { name: string; text: string }[]): Promise<string | undefined> {
  const found = new Set<string>();
  for (const file of files) {
    const match = await detectLicence(file.text);
    if (match !== undefined) found.add(match.expression);
  }
  if (found.size === 0) return undefined;
  const parts = [...found];
  return parts.length === 1 ? parts[0] : parts.map((part) => `(${part})`).join(" AND ");
}
