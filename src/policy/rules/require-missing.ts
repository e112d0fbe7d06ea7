import { importsOf, prefixesOf } from "../imports.ts";
import type { RuleHit, StateRule } from "../rule.ts";
import { isStandardLibrary } from "../standard-library.ts";

export const requireMissing: StateRule = {
  id: "require-missing",
  scope: "module",
  group: "dependency",
  level: "error",
  title: "A package is imported that no required module has",
  why: "The build stops with 'no required module provides package', for everyone whose workspace does not hide it.",
  fix: "run go mod tidy",
  reference: "https://go.dev/ref/mod#go-mod-tidy",
  readsSource: true,
  async check({ module, repository }) {
    const provided = new Set([module.path, ...module.goMod.require.map((require) => require.module.path)]);
    const hits: RuleHit[] = [];
    for (const [path, at] of await importsOf(repository, module)) {
      if (path === "C" || isStandardLibrary(path) || path.startsWith("./") || path.startsWith("../"))
        continue;
      if (prefixesOf(path).some((prefix) => provided.has(prefix))) continue;
      // Some repositories keep the requirements of their tests out of go.mod on purpose.
      const level = at.file.endsWith("_test.go") ? { level: "warning" as const } : {};
      hits.push({
        subject: path,
        message: `no module in go.mod has the imported package ${path}`,
        ...at,
        ...level,
      });
    }
    return hits;
  },
};
