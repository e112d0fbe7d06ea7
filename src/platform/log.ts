import { redact } from "../base/redact.ts";
import { visibleLines } from "../report/visible.ts";

/** What a log line becomes before it is printed anywhere: no secret, no control, one entry for each line. */
export function printableLines(text: string): string[] {
  return visibleLines(redact(text));
}

export interface LogSettings {
  write: (text: string) => void;
  /** Errors only. */
  quiet: boolean;
  /** The platform's debug switch is on. */
  debug: boolean;
}
