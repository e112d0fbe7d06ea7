import { writeOutputFile } from "../../base/output-file.ts";
import { redactDeep } from "../../base/redact.ts";
import type { PublishedModule } from "./report.ts";

export interface ReceiptFacts {
  tool: string;
  /** The CI job's public URL, when there is one. */
  runUrl: string | undefined;
  modules: readonly PublishedModule[];
}

/**
 * Writes what was published where, for audits and later steps: no times and no credentials, so that publishing
 * the same again gives the same receipt but for `status`.
 */
export async function writeReceipt(file: string, { tool, runUrl, modules }: ReceiptFacts): Promise<void> {
  const receipt = { schema: 1, tool, ...(runUrl && { run: runUrl }), modules };
  await writeOutputFile(file, `${JSON.stringify(redactDeep(receipt), null, 2)}\n`);
}
