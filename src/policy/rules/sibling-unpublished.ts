import { isPseudoVersion } from "../../module/pseudo.ts";
import { listedDependencies } from "../dependencies.ts";
import { builtAs } from "../replaced.ts";
import type { StateRule } from "../rule.ts";

export const siblingUnpublished: StateRule = {
  id: "sibling-unpublished",
  scope: "module",
  group: "dependency",
  level: "error",
  title: "A module of this repository is required at a version without tag",
  why: "Here a workspace or a replace line hides it; everyone else fails to download that version.",
  fix: "tag the sibling first, then require the tag",
  reference: "https://go.dev/ref/mod#vcs-version",
  needs: ["tags"],
  check({ module, repository, published }) {
    const siblings = new Set(repository.modules.map((other) => other.path));
    return listedDependencies(module)
      .filter(({ module: required }) => {
        if (!siblings.has(required.path) || isPseudoVersion(required.version)) return false;
        const isReplaced = builtAs(module.goMod, required) === undefined;
        // v0.0.0 beside a replace by folder is the usual way to say "never published".
        if (isReplaced && required.version === "v0.0.0") return false;
        return !(published.get(required.path) ?? []).includes(required.version);
      })
      .map(({ module: { path, version }, place }) => ({
        subject: `${path}@${version}`,
        message: `${path} is required at ${version}, which was never tagged in this repository`,
        ...place,
      }));
  },
};
