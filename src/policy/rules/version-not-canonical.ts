import { buildOf, canonicalVersion } from "../../module/version.ts";
import { modulePlace } from "../hits.ts";
import type { ChangeRule } from "../rule.ts";

export const versionNotCanonical: ChangeRule = {
  id: "version-not-canonical",
  scope: "change",
  group: "version",
  level: "error",
  title: "The proposed version is not canonical",
  why: "The go command ignores tags such as v1.2, 1.2.3 or v1.2.3+meta, so the release would not exist for users.",
  fix: "use the form v1.2.3 or v1.2.3-rc.1",
  reference: "https://go.dev/ref/mod#versions",
  check({ module, proposed }) {
    if (proposed === undefined) return [];
    const { version } = proposed;
    const canonical = canonicalVersion(version);
    if (canonical === version && buildOf(version) === "") return [];
    const message = `${version} is not a canonical version`;
    const fix = canonical === undefined ? {} : { fix: `use ${canonical}` };
    return [{ subject: version, message, ...fix, ...modulePlace(module) }];
  },
};
