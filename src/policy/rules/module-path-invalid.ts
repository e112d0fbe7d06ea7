import { problemOfPath } from "../../module/path.ts";
import { modulePlace } from "../hits.ts";
import type { StateRule } from "../rule.ts";
import { majorSuffixProblem } from "./module-path-major.ts";

export const modulePathInvalid: StateRule = {
  id: "module-path-invalid",
  scope: "module",
  group: "version",
  level: "error",
  title: "The module path cannot be published",
  why: "A path that breaks Go's rules cannot be required or downloaded by anyone.",
  fix: "choose a path that starts with a host name and has none of the characters that Go forbids",
  reference: "https://go.dev/ref/mod#go-mod-file-ident",
  check({ module }) {
    const problem = problemOfPath(module.path, "module");
    // A wrong major suffix has its own rule, which explains it better.
    if (problem === undefined || majorSuffixProblem(module.path) !== undefined) return [];
    const absolute = module.path.startsWith("/");
    const reason = absolute ? "it is a folder of some machine, not an address" : problem.reason;
    return [
      {
        subject: module.path,
        message: `module path ${JSON.stringify(module.path)} is not valid: ${reason}`,
        ...modulePlace(module),
      },
    ];
  },
};
