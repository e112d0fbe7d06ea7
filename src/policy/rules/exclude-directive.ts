import { dropExclude } from "../../modfile/edit.ts";
import { goModEdit, placeIn } from "../hits.ts";
import type { StateRule } from "../rule.ts";

export const excludeDirective: StateRule = {
  id: "exclude-directive",
  scope: "module",
  group: "dependency",
  level: "warning",
  title: "A version is excluded",
  why: "Exclusions count in the main module only: users of the module may still get the excluded version.",
  fix: "require a version above the excluded one",
  reference: "https://go.dev/ref/mod#go-mod-file-exclude",
  check({ module }) {
    return module.goMod.exclude.map(({ module: excluded, position }) => ({
      subject: `${excluded.path}@${excluded.version}`,
      message: `${excluded.path} ${excluded.version} is excluded, which does not reach the module's users`,
      ...placeIn(module, position),
      edits: [
        goModEdit(module.file, `drop the exclusion of ${excluded.path} ${excluded.version}`, (goMod) =>
          dropExclude(goMod, excluded),
        ),
      ],
    }));
  },
};
