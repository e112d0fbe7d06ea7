import type { Report } from "../../report/report.ts";
import { bytesText, countText } from "../quantities.ts";
import { secondsText } from "./report.ts";
import type { Saved } from "./save.ts";

/** The report of the post step. That nothing was saved is no failure: a cache is never worth a red job. */
export function savedReport(saved: Saved, key: string): Report {
  return {
    command: "warm",
    summary: savedText(saved, key),
    findings: [],
    tables: [],
    data: { key, ...saved },
  };
}

function savedText({ status, modules, bytes, seconds, lost }: Saved, key: string): string {
  switch (status) {
    case "saved":
      return `saved ${countText(modules, "module version")} (${bytesText(bytes)}) as ${key}, in ${secondsText(seconds)}`;
    case "exists":
      return `${key} was saved by another job already`;
    case "denied":
      return "nothing saved: this run may only read caches";
    case "failed":
      return "nothing saved: the cache service did not take it";
    case "incomplete":
      return `nothing saved: the job changed or removed ${lost.slice(0, 3).join(", ")}${lost.length > 3 ? ` and ${lost.length - 3} more` : ""}`;
  }
}
