import type { BuiltModule } from "../../artifact/build.ts";
import type { Finding } from "../../report/report.ts";

/** What a build noticed, as findings that do not block. */
export function warningFindings({ verified, warnings }: BuiltModule): Finding[] {
  const { path, version } = verified.module;
  return warnings.map(({ rule, message, files }) => ({
    rule,
    level: "warning" as const,
    blocking: false,
    message,
    subject: `${path}@${version}`,
    module: path,
    detail: files.join("\n"),
  }));
}
