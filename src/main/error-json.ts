import { ModwharfError, messageOf } from "../base/errors.ts";
import { redactDeep } from "../base/redact.ts";

/** What `--json` prints in place of a report: `{"error": {code, message, what, subject, expected, actual, fix, at}}`. */
export function renderErrorJson(error: unknown): string {
  const told =
    error instanceof ModwharfError ? error.toJSON() : { code: "INTERNAL", message: messageOf(error) };
  return `${JSON.stringify({ error: redactDeep(told) }).replaceAll("##[", "#\\u0023[")}\n`;
}
