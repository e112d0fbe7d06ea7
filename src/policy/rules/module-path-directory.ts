import { splitPathVersion } from "../../module/path-version.ts";
import { modulePlace } from "../hits.ts";
import type { StateRule } from "../rule.ts";

export const modulePathDirectory: StateRule = {
  id: "module-path-directory",
  scope: "module",
  group: "version",
  level: "error",
  title: "The module path does not end in the module's folder",
  why:
    "The go command finds a module in a subfolder by the end of its path; unless an import host names the folder " +
    "(from Go 1.25), such a module cannot be downloaded.",
  fix: "end the module path with the folder, or move the module",
  reference: "https://go.dev/ref/mod#vcs-dir",
  check({ module }) {
    const { dir, path } = module;
    const split = splitPathVersion(path);
    if (dir === "" || path.startsWith("gopkg.in/") || split === undefined) return [];
    const { pathMajor, prefix } = split;
    const fits = path.endsWith(`/${dir}`) || prefix.endsWith(`/${dir}`) || `/${dir}` === pathMajor;
    if (fits) return [];
    const wanted = pathMajor === "" ? JSON.stringify(dir) : `${JSON.stringify(dir)} or "${dir}${pathMajor}"`;
    return [
      {
        subject: path,
        message: `module path ${path} must end with ${wanted}, since the module stands in ${dir}/`,
        ...modulePlace(module),
      },
    ];
  },
};
