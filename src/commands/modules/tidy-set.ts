import { temporaryDirectory } from "../../base/files.ts";
import type { ModuleSet } from "../../manifest/module-set.ts";
import { readManifests } from "../../manifest/read.ts";
import { withToolchains } from "../../manifest/with-toolchains.ts";
import type { CommandContext } from "../command.ts";
import type { ModuleServices } from "./services.ts";

export interface TidySetInputs {
  readonly manifests: readonly string[];
  readonly toolchain: readonly string[];
  readonly "whole-graph": boolean;
}

/**
 * What is copied for others to build from: the modules of manifests as `go mod tidy` needs them, with the toolchains
 * that are asked for. Throws as `readManifests`.
 */
export async function readTidySet(
  { cwd, platform }: Pick<CommandContext, "cwd" | "platform">,
  services: Pick<ModuleServices, "source">,
  inputs: TidySetInputs,
): Promise<ModuleSet> {
  const work = await temporaryDirectory();
  try {
    const set = await readManifests(inputs.manifests, {
      cwd,
      source: services.source(work.path),
      purpose: "tidy",
      workspace: platform.env.GOWORK !== "off",
      wholeGraph: inputs["whole-graph"],
    });
    return withToolchains(set, inputs.toolchain);
  } finally {
    await work.dispose();
  }
}
