import { compareGoVersions } from "../../modfile/go-version.ts";
import { goLineEdit } from "../go-line-edit.ts";
import { placeIn } from "../hits.ts";
import type { StateRule } from "../rule.ts";

export const goDirectiveBelowPolicy: StateRule = {
  id: "go-directive-below-policy",
  scope: "module",
  group: "version",
  level: "error",
  title: "The go directive is below what the organisation asks for",
  why: "Old language versions lack fixes of the language and of module loading that the policy relies on.",
  fix: "raise the go directive to the version that the policy names",
  reference: "https://go.dev/doc/toolchain",
  check({ module, policy }) {
    const { minimum } = policy.go;
    const { go } = module.goMod;
    if (minimum === undefined || go === undefined || compareGoVersions(go.version, minimum) >= 0) return [];
    return [
      {
        subject: `${module.path} go ${go.version}`,
        message: `go ${go.version} is below go ${minimum}, the lowest that the policy allows`,
        fix: `set go ${minimum} or higher`,
        ...placeIn(module, go.position),
        ...goLineEdit(module, minimum),
      },
    ];
  },
};
