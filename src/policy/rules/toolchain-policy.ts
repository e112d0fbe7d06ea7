import { dropToolchain } from "../../modfile/edit-shared.ts";
import { compareGoVersions, toolchainVersion } from "../../modfile/go-version.ts";
import { goModEdit, placeIn } from "../hits.ts";
import type { StateRule } from "../rule.ts";

export const toolchainPolicy: StateRule = {
  id: "toolchain-policy",
  scope: "module",
  group: "version",
  level: "error",
  title: "The toolchain line breaks the policy",
  why: "A toolchain line makes every build of this module download and run that toolchain.",
  fix: "remove the toolchain line",
  reference: "https://go.dev/doc/toolchain",
  check({ module, policy }) {
    const { toolchain } = module.goMod;
    if (toolchain === undefined) return [];
    const { maximum } = policy.go;
    const version = toolchainVersion(toolchain.name);
    const reason =
      policy.go.toolchain === "forbid"
        ? "the policy allows no toolchain line"
        : maximum !== undefined && version !== "" && compareGoVersions(version, maximum) > 0
          ? `the policy allows at most go ${maximum}`
          : undefined;
    if (reason === undefined) return [];
    return [
      {
        subject: `${module.path} toolchain ${toolchain.name}`,
        message: `toolchain ${toolchain.name}: ${reason}`,
        ...placeIn(module, toolchain.position),
        edits: [goModEdit(module.file, "drop the toolchain line", dropToolchain)],
      },
    ];
  },
};
