import { isDirectoryPath } from "../../modfile/replace.ts";
import { placeIn } from "../hits.ts";
import type { StateRule } from "../rule.ts";

export const replaceAnyVersion: StateRule = {
  id: "replace-any-version",
  scope: "module",
  group: "dependency",
  level: "note",
  title: "A replace line has no version on its left",
  why: "It outlives every upgrade: the require line may rise to any version and the old replacement is still built.",
  fix: "name the version that is to be replaced",
  reference: "https://go.dev/ref/mod#go-mod-file-replace",
  check({ module }) {
    return module.goMod.replace
      .filter((replace) => replace.old.version === "" && !isDirectoryPath(replace.new.path))
      .map(({ old, new: target, position }) => ({
        subject: old.path,
        message: `every version of ${old.path} is replaced by ${target.path} ${target.version}`,
        ...placeIn(module, position),
      }));
  },
};
