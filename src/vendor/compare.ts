import { join } from "node:path";
import { readIfPresent, readWhole } from "../base/files.ts";
import type { EntryMode } from "../dirhash/walk.ts";
import type { ModuleVersion } from "../module/module-version.ts";
import { compareLines, type LineDifference } from "./line-differences.ts";
import type { VendorPlan } from "./plan.ts";
import type { VendoredCopies } from "./vendored-copies.ts";

/** One way in which a vendor directory is not what it has to be; `path` is relative to it, with slashes. */
export type VendorDifference =
  | { readonly kind: "missing"; readonly path: string; readonly module: ModuleVersion }
  | {
      readonly kind: "modified";
      readonly path: string;
      readonly module: ModuleVersion;
      /** CRLF for LF or the other way round, and nothing else: most likely git did that. */
      readonly inLineEndsOnly: boolean;
    }
  | { readonly kind: "extra"; readonly path: string }
  /** A link or the like, or a directory where a file belongs. */
  | { readonly kind: "irregular"; readonly path: string; readonly mode: EntryMode }
  /** The directory or its modules.txt is not there at all, which is told once and not for each file or line. */
  | { readonly kind: "absent"; readonly path: "" | "modules.txt" }
  /** A line of modules.txt. */
  | ({ readonly kind: "line"; readonly path: string } & LineDifference);

/**
 * Compares a directory with a plan, file by file; sorted by path. Empty directories do not count, since git keeps
 * none. Throws FILE_UNREADABLE.
 */
export async function compareVendor(plan: VendorPlan, copies: VendoredCopies): Promise<VendorDifference[]> {
  const differences: VendorDifference[] = [];
  const present = await copies.scan;
  const { files } = plan.vendored;
  if (present.size === 0 && plan.modulesTxt !== "") return [{ kind: "absent", path: "" }];
  for (const [path, { mode }] of present) {
    const expected = files.get(path);
    if (path === "modules.txt" && plan.modulesTxt !== "" && mode === "regular") continue;
    if (expected === undefined) differences.push({ kind: "extra", path });
    else if (mode !== "regular") differences.push({ kind: "irregular", path, mode });
  }
  for (const [path, { module, tree, source }] of files) {
    const { mode, sha256 } = present.get(path) ?? {};
    if (mode === undefined) differences.push({ kind: "missing", path, module });
    if (mode !== "regular") continue;
    if (sha256 === (await tree.sha256(source))) continue;
    const inLineEndsOnly = await differInLineEnds(join(copies.dir, path), () => tree.read(source));
    differences.push({ kind: "modified", path, module, inLineEndsOnly });
  }
  if (plan.modulesTxt !== "" && !present.has("modules.txt")) {
    differences.push({ kind: "absent", path: "modules.txt" });
  } else differences.push(...(await compareModulesTxt(plan.modulesTxt, copies.dir)));
  return differences.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

async function compareModulesTxt(expected: string, dir: string): Promise<VendorDifference[]> {
  if (expected === "") return [];
  const path = "modules.txt";
  // What cannot be read has none of the lines.
  const actual = (await readIfPresent(join(dir, path)).catch(() => undefined))?.toString("utf8") ?? "";
  return compareLines(expected, actual).map((difference) => ({ kind: "line", path, ...difference }));
}

/** What cannot be read differs in more. */
async function differInLineEnds(file: string, readOther: () => Promise<Uint8Array>): Promise<boolean> {
  try {
    const [one, other] = await Promise.all([readWhole(file), readOther()]);
    return unixText(one) === unixText(Buffer.from(other));
  } catch {
    return false;
  }
}

function unixText(bytes: Buffer): string {
  return bytes.toString("latin1").replaceAll("\r\n", "\n");
}
