import { splitPathVersion } from "../../module/path-version.ts";
import { isSemver, majorOf } from "../../module/version.ts";
import { modulePlace } from "../hits.ts";
import type { ChangeRule } from "../rule.ts";
import { isOwnVersion } from "../versions.ts";

export const versionMajorSuffix: ChangeRule = {
  id: "version-major-suffix",
  scope: "change",
  group: "version",
  level: "error",
  title: "The proposed version does not fit the module path",
  why:
    "From v2 on the major version is the end of the module path. A tag that does not fit is ignored by the go " +
    "command, or taken as +incompatible, and the version is burned.",
  fix: "add the major suffix to the module path and its imports, or tag a version of the path's major",
  reference: "https://go.dev/ref/mod#major-version-suffixes",
  check({ module, proposed }) {
    if (proposed === undefined || !isSemver(proposed.version)) return [];
    const { version } = proposed;
    const split = splitPathVersion(module.path);
    if (split === undefined || isOwnVersion(module.path, version)) return [];
    const major = majorOf(version)!;
    const gopkg = module.path.startsWith("gopkg.in/");
    const wanted = gopkg ? `.${major}` : major === "v0" || major === "v1" ? "" : `/${major}`;
    const message =
      split.pathMajor === ""
        ? `${version} needs the module path ${split.prefix}${wanted}, but go.mod says ${module.path}`
        : `${version} does not belong to module ${module.path}, whose versions start with ${split.pathMajor.slice(1)}`;
    return [
      {
        subject: `${module.path} ${major}`,
        message,
        fix: `set the module path to ${split.prefix}${wanted} in go.mod and in its imports, or tag another major`,
        ...modulePlace(module),
      },
    ];
  },
};
