import { splitPathVersion } from "../../module/path-version.ts";
import { modulePlace } from "../hits.ts";
import type { ChangeRule } from "../rule.ts";

export const modulePathChanged: ChangeRule = {
  id: "module-path-changed",
  scope: "change",
  group: "version",
  level: "error",
  title: "The module path changed",
  why:
    "Versions under the old path stay as they are and get no successor: every user has to change their imports. " +
    "Only the next major suffix is an ordinary change.",
  fix: "keep the path, or waive this finding with the reason for the move",
  reference: "https://go.dev/ref/mod#module-path",
  check({ module, base }) {
    if (base === undefined || base.path === module.path) return [];
    const before = splitPathVersion(base.path);
    const after = splitPathVersion(module.path);
    const sameModule = before !== undefined && after !== undefined && before.prefix === after.prefix;
    if (sameModule && majorNumber(after.pathMajor) > majorNumber(before.pathMajor)) return [];
    const message = `the module path changed from ${base.path} to ${module.path}`;
    return [{ subject: `${base.path} ${module.path}`, message, ...modulePlace(module) }];
  },
};

/** 1 for paths without suffix: they hold v0 and v1. */
function majorNumber(pathMajor: string): number {
  return Number(/\d+/.exec(pathMajor)?.[0] ?? 1);
}
