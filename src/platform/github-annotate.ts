import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { redact } from "../base/redact.ts";
import { type Annotation, GITHUB_ANNOTATION_LIMITS, selectAnnotations } from "../report/annotations.ts";
import type { Finding } from "../report/report.ts";
import { visible, visibleLines, wellFormed } from "../report/visible.ts";
import { divertStdout } from "./divert.ts";
import type { Env } from "./platform.ts";

/** Prints annotations as workflow commands, as many as the step and the job still may show. */
export async function annotateOnGithub(
  findings: readonly Finding[],
  { env, raw }: { env: Env; raw: (line: string) => void },
): Promise<void> {
  if (findings.length === 0) return;
  const used = usedAnnotations(env);
  const annotations = selectAnnotations(findings, {
    ...GITHUB_ANNOTATION_LIMITS,
    total: GITHUB_ANNOTATION_LIMITS.total - used.count,
  });
  used.add(annotations.length);
  await divertStdout(raw, async () => {
    const core = await import("@actions/core");
    for (const annotation of annotations)
      core[annotation.level](messageOf(annotation), propertiesOf(annotation));
  });
}

function messageOf({ message }: Annotation): string {
  return visibleLines(redact(message)).join("\n");
}

function propertiesOf({ title, file, line, endLine, column }: Annotation) {
  return {
    title: visible(redact(title)),
    // The path must stay what it is, or the annotation finds no file.
    ...(file === undefined ? {} : { file: wellFormed(file) }),
    ...(line === undefined ? {} : { startLine: line, endLine: endLine ?? line }),
    ...(line === undefined || column === undefined || (endLine ?? line) !== line
      ? {}
      : { startColumn: column }),
  };
}

/** Earlier steps of ours in this job count too; RUNNER_TEMP lives as long as the job. */
function usedAnnotations(env: Env): { count: number; add: (n: number) => void } {
  if (!env.RUNNER_TEMP) return { count: 0, add: () => {} };
  const file = join(env.RUNNER_TEMP, "modwharf-annotations");
  const count = countIn(file);
  const add = (n: number) => {
    try {
      writeFileSync(file, String(count + n));
    } catch {
      // The count only spares GitHub what it would drop anyway.
    }
  };
  return { count, add };
}

function countIn(file: string): number {
  try {
    const count = Number(readFileSync(file, "utf8"));
    return Number.isInteger(count) && count >= 0 ? count : 0;
  } catch {
    return 0;
  }
}
