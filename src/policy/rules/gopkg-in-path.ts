import { splitPathVersion } from "../../module/path-version.ts";
import { modulePlace } from "../hits.ts";
import type { StateRule } from "../rule.ts";

export const gopkgInPath: StateRule = {
  id: "gopkg-in-path",
  scope: "module",
  group: "version",
  level: "error",
  title: "A gopkg.in path that gopkg.in does not serve",
  why:
    "gopkg.in serves gopkg.in/name.vN and gopkg.in/user/name.vN, always from the root of a repository; " +
    "any other form cannot be downloaded.",
  fix: "use the form gopkg.in/name.vN with go.mod in the repository's root",
  reference: "https://labix.org/gopkg.in",
  check({ module }) {
    if (!module.path.startsWith("gopkg.in/")) return [];
    const split = splitPathVersion(module.path);
    const wrong =
      split === undefined || split.pathMajor === "" || !/^gopkg\.in\/(?:[^/]+\/)?[^/]+$/.test(module.path)
        ? "is not of the form gopkg.in/name.vN or gopkg.in/user/name.vN"
        : module.dir !== ""
          ? "must be declared in the root folder of its repository"
          : undefined;
    if (wrong === undefined) return [];
    return [{ subject: module.path, message: `module path ${module.path} ${wrong}`, ...modulePlace(module) }];
  },
};
