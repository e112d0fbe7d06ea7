import { splitPathVersion } from "../../module/path-version.ts";
import { listedDependencies } from "../dependencies.ts";
import type { StateRule } from "../rule.ts";

export const dependencyDuplicateMajor: StateRule = {
  id: "dependency-duplicate-major",
  scope: "module",
  group: "dependency",
  level: "note",
  title: "Two majors of one module are used directly",
  why: "Their types do not mix, both are linked in, and fixes reach only one of them.",
  fix: "move all imports to the newer major",
  reference: "https://go.dev/ref/mod#major-version-suffixes",
  check({ module }) {
    const first = new Map<string, string>();
    return listedDependencies(module)
      .filter((dependency) => dependency.direct)
      .flatMap(({ module: { path }, place }) => {
        const prefix = splitPathVersion(path)?.prefix ?? path;
        const other = first.get(prefix);
        if (other === undefined) {
          first.set(prefix, path);
          return [];
        }
        return [{ subject: path, message: `${other} and ${path} are majors of one module`, ...place }];
      });
  },
};
