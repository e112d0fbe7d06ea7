import { compareVersions, isSemver, majorMinorOf, majorOf } from "../../module/version.ts";
import { modulePlace } from "../hits.ts";
import type { ChangeRule } from "../rule.ts";
import { isStable, ownVersions } from "../versions.ts";

export const versionBump: ChangeRule = {
  id: "version-bump",
  scope: "change",
  group: "api",
  level: "error",
  title: "The proposed version promises less change than there is",
  why:
    "A patch release promises no new names, and no release of the same major may take names away; tools and " +
    "people upgrade by these promises.",
  fix: "propose the version that modwharf next names",
  reference: "https://go.dev/doc/modules/version-numbers",
  needs: ["tags"],
  readsSource: true,
  async check(context) {
    const { module, proposed } = context;
    if (proposed === undefined || !isSemver(proposed.version)) return [];
    const { version } = proposed;
    const older = ownVersions(context, module.path).filter((own) => compareVersions(own, version) < 0);
    const before = older.at(-1);
    // v0 promises nothing, and a first version of a major has nothing to keep.
    if (before === undefined || !isStable(before) || majorOf(before) !== majorOf(version)) return [];
    const changes = (await context.api()).filter((change) => !change.doubtful);
    const added = changes.filter((change) => change.compatible);
    const broken = changes.filter((change) => !change.compatible && change.kind !== "value-changed");
    const place = modulePlace(module);
    if (broken.length > 0) {
      const message = `${version} breaks users of ${before}: ${broken.length} incompatible changes`;
      return [{ subject: `${module.path} ${version} major`, message, ...place }];
    }
    if (added.length > 0 && majorMinorOf(before) === majorMinorOf(version)) {
      const message = `${version} adds to the API of ${before}, so the minor version has to go up`;
      return [{ subject: `${module.path} ${version} minor`, message, ...place }];
    }
    return [];
  },
};
