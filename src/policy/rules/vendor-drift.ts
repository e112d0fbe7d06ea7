import { ModwharfError } from "../../base/errors.ts";
import { compareGoVersions } from "../../modfile/go-version.ts";
import { parseModulesTxt } from "../../modfile/modules-txt.ts";
import { placeIn } from "../hits.ts";
import type { RuleHit, StateRule } from "../rule.ts";
import { joinPath, readText } from "../tree.ts";

export const vendorDrift: StateRule = {
  id: "vendor-drift",
  scope: "module",
  group: "dependency",
  level: "error",
  title: "vendor/modules.txt does not agree with go.mod",
  why: "The go command refuses to build from such a vendor folder; what is reviewed there is not what is required.",
  fix: "run go mod vendor, or modwharf vendor, and commit the result",
  reference: "https://go.dev/ref/mod#vendoring",
  async check({ module, repository }) {
    const file = joinPath(module.dir, "vendor/modules.txt");
    const text = await readText(repository.tree, file);
    // Before go 1.14 modules.txt does not say what go.mod names, and go does not compare them.
    if (compareGoVersions(module.goMod.go?.version ?? "1.13", "1.14") < 0) return [];
    // A workspace vendors for all of its modules at once, in its own root.
    if (text === undefined || text.startsWith("## workspace")) return [];
    const vendored = versionsIn(file, text);
    if (vendored instanceof ModwharfError) {
      return [{ subject: file, message: vendored.message, file, line: vendored.at?.line ?? 1, column: 1 }];
    }
    const hits: RuleHit[] = [];
    for (const { module: required, position } of module.goMod.require) {
      const version = vendored.get(required.path);
      if (version === required.version) continue;
      const found = version === undefined ? "is not listed" : `is listed at ${version}`;
      const message = `${required.path} is required at ${required.version}, but ${found} in ${file}`;
      hits.push({ subject: required.path, message, ...placeIn(module, position) });
    }
    const required = new Set(module.goMod.require.map((require) => require.module.path));
    for (const path of vendored.keys()) {
      if (required.has(path)) continue;
      hits.push({
        subject: path,
        message: `${path} is explicit in ${file} but not in go.mod`,
        file,
        line: 1,
        column: 1,
      });
    }
    return hits;
  },
};

/** Modules that modules.txt marks as named by go.mod; the error when it cannot be read. */
function versionsIn(file: string, text: string): Map<string, string> | ModwharfError {
  try {
    const explicit = parseModulesTxt(file, text).modules.filter((entry) => entry.explicit);
    return new Map(explicit.map((entry) => [entry.module.path, entry.module.version]));
  } catch (error) {
    if (error instanceof ModwharfError) return error;
    throw error;
  }
}
