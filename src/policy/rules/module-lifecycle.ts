import { modulePlace } from "../hits.ts";
import { readMetadata } from "../metadata.ts";
import type { StateRule } from "../rule.ts";

export const moduleLifecycle: StateRule = {
  id: "module-lifecycle",
  scope: "module",
  group: "metadata",
  level: "warning",
  title: "The module's lifecycle and its go.mod do not agree",
  why: "Users see only the Deprecated comment in go.mod; a lifecycle that stands in module.yaml alone reaches nobody.",
  fix: "write // Deprecated: above the module line of go.mod, and release",
  reference: "https://go.dev/ref/mod#go-mod-file-module-deprecation",
  async check({ module, today }) {
    if (module.metadata === undefined) return [];
    const lifecycle = (await readMetadata(module.metadata)).value?.lifecycle;
    if (lifecycle === undefined) return [];
    const { state, deprecatedSince, endOfLife } = lifecycle;
    const over = endOfLife !== undefined && endOfLife <= today;
    const gone = state !== "active" || over || (deprecatedSince !== undefined && deprecatedSince <= today);
    const isMarked = (module.goMod.module?.deprecated ?? "") !== "";
    const place = modulePlace(module);
    if (gone && !isMarked) {
      const since = over ? `is past its end of life (${endOfLife})` : `is ${state}`;
      const message = `${module.path} ${since}, but go.mod has no Deprecated comment`;
      return [{ subject: module.path, message, ...place }];
    }
    if (!gone && isMarked) {
      const message = `go.mod deprecates ${module.path}, but module.yaml calls it active`;
      return [{ subject: module.path, message, fix: "set lifecycle.state to deprecated", ...place }];
    }
    return [];
  },
};
