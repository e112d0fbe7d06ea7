import { modulePlace } from "../hits.ts";
import type { StateRule } from "../rule.ts";

export const goDirectiveMissing: StateRule = {
  id: "go-directive-missing",
  scope: "module",
  group: "version",
  level: "error",
  title: "go.mod has no go directive",
  why: "Without it the module is compiled as Go 1.16: without generics, without module graph pruning.",
  fix: "run go mod tidy, or add the go version that the code needs",
  reference: "https://go.dev/ref/mod#go-mod-file-go",
  check({ module }) {
    if (module.goMod.go !== undefined) return [];
    return [{ subject: module.path, message: `${module.file} has no go directive`, ...modulePlace(module) }];
  },
};
