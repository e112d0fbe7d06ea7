import { compareGoVersions } from "../../modfile/go-version.ts";
import { goLineEdit } from "../go-line-edit.ts";
import { placeIn } from "../hits.ts";
import type { ChangeRule } from "../rule.ts";

export const goDirectiveLowered: ChangeRule = {
  id: "go-directive-lowered",
  scope: "change",
  group: "version",
  level: "warning",
  title: "The go directive was lowered",
  why: "A lower language version changes what the code means (loop variables before 1.22) or stops it from compiling.",
  fix: "keep the version, unless older toolchains are to be supported again and the code is tested with them",
  reference: "https://go.dev/doc/toolchain",
  check({ module, base }) {
    const before = base?.goMod.go?.version;
    const after = module.goMod.go;
    if (before === undefined || after === undefined || compareGoVersions(after.version, before) >= 0)
      return [];
    return [
      {
        subject: `${module.path} go ${after.version}`,
        message: `the go directive was lowered from ${before} to ${after.version}`,
        ...placeIn(module, after.position),
        ...goLineEdit(module, before),
      },
    ];
  },
};
