import { dropReplace } from "../../modfile/edit-shared.ts";
import { isDirectoryPath } from "../../modfile/replace.ts";
import { formatModuleVersion } from "../../module/module-version.ts";
import { goModEdit, placeIn } from "../hits.ts";
import type { StateRule } from "../rule.ts";

export const replaceLocal: StateRule = {
  id: "replace-local",
  scope: "module",
  group: "dependency",
  level: "error",
  title: "A module is replaced by a folder",
  why:
    "Users of the module get the required version, not the folder: what was tested here is not what they build, " +
    "and go install refuses such a module.",
  fix: "publish the change, require it, and remove the replace line; use go.work for work across modules",
  reference: "https://go.dev/ref/mod#go-mod-file-replace",
  check({ module }) {
    return module.goMod.replace
      .filter((replace) => replace.new.version === "" && isDirectoryPath(replace.new.path))
      .map(({ old, new: target, position }) => ({
        subject: `${old.path} => ${target.path}`,
        message: `${old.path} is replaced by the folder ${target.path}`,
        ...placeIn(module, position),
        edits: [
          // With the version: a module may have a replace for each, and edits that say the same are done once.
          goModEdit(module.file, `drop the replace of ${formatModuleVersion(old)}`, (goMod) =>
            dropReplace(goMod, old),
          ),
        ],
      }));
  },
};
