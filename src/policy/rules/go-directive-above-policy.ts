import { compareGoVersions } from "../../modfile/go-version.ts";
import { placeIn } from "../hits.ts";
import type { StateRule } from "../rule.ts";

export const goDirectiveAbovePolicy: StateRule = {
  id: "go-directive-above-policy",
  scope: "module",
  group: "version",
  level: "error",
  title: "The go directive is above the organisation's toolchain",
  why: "Every module that requires this one then needs that toolchain too, or downloads it.",
  fix: "lower the go directive to the version that the policy names",
  reference: "https://go.dev/doc/toolchain",
  check({ module, policy }) {
    const { maximum } = policy.go;
    const { go } = module.goMod;
    if (maximum === undefined || go === undefined || compareGoVersions(go.version, maximum) <= 0) return [];
    return [
      {
        subject: `${module.path} go ${go.version}`,
        message: `go ${go.version} is above go ${maximum}, the highest that the policy allows`,
        fix: `set go ${maximum} or lower`,
        ...placeIn(module, go.position),
      },
    ];
  },
};
