import { isDirectoryPath } from "../../modfile/replace.ts";
import { placeIn } from "../hits.ts";
import type { StateRule } from "../rule.ts";

export const replaceFork: StateRule = {
  id: "replace-fork",
  scope: "module",
  group: "dependency",
  level: "warning",
  title: "A module is replaced by a fork",
  why: "Only this module builds with the fork; everyone who requires this module builds with the original.",
  fix: "get the change into the original, or publish the fork under its own path and import that",
  reference: "https://go.dev/ref/mod#go-mod-file-replace",
  check({ module }) {
    return module.goMod.replace
      .filter(({ old, new: target }) => !isDirectoryPath(target.path) && target.path !== old.path)
      .map(({ old, new: target, position }) => ({
        subject: `${old.path} => ${target.path}`,
        message: `${old.path} is replaced by the fork ${target.path} ${target.version}`,
        ...placeIn(module, position),
      }));
  },
};
