import { setModule } from "../../modfile/edit.ts";
import { goModEdit, modulePlace } from "../hits.ts";
import { importRewrites, rewriteEdits } from "../import-rewrites.ts";
import type { StateRule } from "../rule.ts";

/** Why the last element is no major suffix though it looks like one; undefined when there is nothing wrong. */
export function majorSuffixProblem(path: string): { reason: string; path: string } | undefined {
  if (path.startsWith("gopkg.in/")) return undefined;
  const found = /^(.*\/)v(\d[\d.]*)$/.exec(path);
  if (found === null) return undefined;
  const [, prefix = "", digits = ""] = found;
  const major = Number.parseInt(digits, 10);
  const right = major < 2 ? prefix.slice(0, -1) : `${prefix}v${major}`;
  if (digits === "0" || digits === "1") return { reason: "a major suffix starts at /v2", path: right };
  if (digits.startsWith("0")) return { reason: "a major version has no leading zero", path: right };
  if (digits.includes(".")) return { reason: "a major suffix has no dots", path: right };
  return undefined;
}

export const modulePathMajor: StateRule = {
  id: "module-path-major",
  scope: "module",
  group: "version",
  level: "error",
  title: "The module path has a wrong major suffix",
  why: "Go takes /v2, /v3 and so on as part of the path; /v0, /v1, /v02 and /v2.1 can never be resolved.",
  fix: "correct the suffix in go.mod and in all imports of the module",
  reference: "https://go.dev/ref/mod#major-version-suffixes",
  async check({ module, repository }) {
    const problem = majorSuffixProblem(module.path);
    if (problem === undefined) return [];
    const { path, reason } = problem;
    const rename = goModEdit(module.file, `set the module path to ${path}`, (goMod) =>
      setModule(goMod, path),
    );
    return [
      {
        subject: module.path,
        message: `module path ${module.path}: ${reason}`,
        fix: `use ${path} in go.mod and in all imports of the module`,
        ...modulePlace(module),
        edits: [rename, ...rewriteEdits(await importRewrites(repository, module, path))],
      },
    ];
  },
};
