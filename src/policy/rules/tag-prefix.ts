import { joinTag, tagDirOf } from "../../source/module-tag.ts";
import { modulePlace } from "../hits.ts";
import type { ChangeRule } from "../rule.ts";

export const tagPrefix: ChangeRule = {
  id: "tag-prefix",
  scope: "change",
  group: "version",
  level: "error",
  title: "The tag does not name the module's folder",
  why:
    "The tag of a module in sub/ is sub/v1.2.3, and of one in sub/v2/ it is sub/v2.0.0, without the v2 folder. " +
    "Any other tag publishes another module, or none.",
  fix: "use the tag that the message names",
  reference: "https://go.dev/ref/mod#vcs-version",
  check({ module, proposed }) {
    if (proposed?.tag === undefined) return [];
    const wanted = joinTag(tagDirOf(module.dir, module.path), proposed.version);
    if (proposed.tag === wanted) return [];
    const message = `the tag ${proposed.tag} is not one of module ${module.path}: it would be ${wanted}`;
    return [{ subject: proposed.tag, message, fix: `tag ${wanted}`, ...modulePlace(module) }];
  },
};
