import { modulePlace } from "../hits.ts";
import type { RepositoryRule, RuleHit } from "../rule.ts";

export const duplicateModuleRoot: RepositoryRule = {
  id: "duplicate-module-root",
  scope: "repository",
  group: "version",
  level: "error",
  title: "One module is declared in two folders",
  why: "The go command refuses a version whose tag leads to two go.mod files of the same path, such as x/ and x/v2/.",
  fix: "keep one of the two go.mod files",
  reference: "https://go.dev/ref/mod#vcs-dir",
  check({ repository }) {
    const first = new Map<string, string>();
    const hits: RuleHit[] = [];
    for (const module of repository.modules) {
      const other = first.get(module.path);
      if (other === undefined) first.set(module.path, module.file);
      else {
        const message = `module ${module.path} is declared in ${other} and in ${module.file}`;
        hits.push({ subject: `${module.path} ${module.dir}`, message, ...modulePlace(module) });
      }
    }
    return hits;
  },
};
