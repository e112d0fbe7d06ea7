import { addRequire } from "../../modfile/edit.ts";
import { compareVersions } from "../../module/version.ts";
import { goModEdit, placeIn } from "../hits.ts";
import { moduleGraph } from "../module-graph.ts";
import type { StateRule } from "../rule.ts";

export const requireBelowSelected: StateRule = {
  id: "require-below-selected",
  scope: "module",
  group: "dependency",
  level: "error",
  title: "go.mod requires a lower version than the one that is built",
  why: "Another dependency requires a higher version, so the build uses that one: go.mod misleads, and go refuses it.",
  fix: "run go mod tidy",
  reference: "https://go.dev/ref/mod#minimal-version-selection",
  needs: ["proxy"],
  async check({ module, facts }) {
    if (facts === undefined) return [];
    const { selected } = await moduleGraph(module, facts);
    return module.goMod.require.flatMap(({ module: required, position }) => {
      const version = selected.get(required.path);
      if (version === undefined || compareVersions(version, required.version) <= 0) return [];
      const raised = { path: required.path, version };
      return [
        {
          subject: required.path,
          message: `${required.path} is required at ${required.version}, but ${version} is selected`,
          fix: `require ${required.path} ${version}, or run go mod tidy`,
          ...placeIn(module, position),
          edits: [
            goModEdit(module.file, `require ${required.path} ${version}`, (goMod) =>
              addRequire(goMod, raised),
            ),
          ],
        },
      ];
    });
  },
};
