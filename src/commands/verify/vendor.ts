import { relative } from "node:path";
import type { Finding, Report } from "../../report/report.ts";
import { differenceFinding } from "../../vendor/findings.ts";
import { type VerifyVendorOptions, verifyVendor } from "../../vendor/verify.ts";
import { countText } from "../quantities.ts";
import { verifyReport } from "./report.ts";

/** Other content than the module's: what a compiler would read without anybody noticing. */
const ALTERED = ["vendor-modified", "vendor-extra", "vendor-irregular"];

/** Holds a vendor directory against go.sum; see verifyVendor. */
export async function verifyVendorDirectory(options: VerifyVendorOptions, cwd: string): Promise<Report> {
  const { findings, differences, files, modules, dir } = await verifyVendor(options);
  const blocking = findings.filter((finding) => finding.blocking);
  const isAltered = ({ rule }: Finding) => ALTERED.includes(rule);
  return verifyReport({
    subject: relative(cwd, dir) || ".",
    summary: `${countText(files, "file")} of ${countText(modules, "vendored module")} checked`,
    checked: files,
    altered: blocking.filter(isAltered),
    missing: blocking.filter((finding) => !isAltered(finding)),
    // Each file by its name, also where one finding stands for many of a module.
    differences: differences
      .map((difference) => differenceFinding(difference, dir, cwd))
      .filter((finding) => !isAltered(finding))
      .map(({ subject }) => subject),
    unverified: findings.filter((finding) => !finding.blocking),
  });
}
