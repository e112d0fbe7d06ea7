import type { ApiChange } from "../api/compare.ts";
import { placeIn } from "./hits.ts";
import type { ChangeContext, RuleHit } from "./rule.ts";

/** A difference of the exported surface as a finding: at the declaration, or where the package was. */
export function apiHit(context: ChangeContext, change: ApiChange): RuleHit {
  const { module, repository } = context;
  const name = change.name === "" ? change.importPath : `${change.importPath}.${change.name}`;
  const subject = change.name === "" ? `package ${name}` : name;
  // An annotation needs a file that exists at the head; of a package that is gone only the go.mod is left.
  const exists = repository.tree.files.has(change.file);
  const place = exists
    ? {
        file: change.file,
        line: change.after === undefined && change.name !== "" ? 1 : change.line,
        column: 1,
      }
    : placeIn(module, module.goMod.module?.position);
  if (exists && change.after !== undefined) place.column = change.column;
  return {
    subject: name,
    message: `${subject} ${change.what}`,
    ...place,
    ...(change.before === undefined ? {} : { detail: declaredAt(change) }),
  };
}

function declaredAt({ before }: ApiChange): string {
  const { kind, signature, file, at } = before!;
  return `Was ${kind}${signature === undefined ? "" : ` ${signature}`}, declared at ${file}:${at.line}`;
}
