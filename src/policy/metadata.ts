import { metadataSchema } from "./policy-schema.ts";
import { readYaml, type YamlProblem } from "./yaml-file.ts";

/** What `module.yaml` says of a module. */
export interface ModuleMetadata {
  owner?: string;
  lifecycle?: {
    state: "active" | "deprecated" | "end-of-life";
    deprecatedSince?: string;
    endOfLife?: string;
    replacement?: string;
  };
  security?: "low" | "normal" | "high" | "critical";
  release?: string;
}

/** Reads a module.yaml; `value` is undefined when it is not as its schema says. */
export async function readMetadata(source: {
  text: string;
}): Promise<{ value: ModuleMetadata | undefined; problems: YamlProblem[] }> {
  const { value, problems } = await readYaml(source.text, metadataSchema);
  return { value: problems.length === 0 ? (value as ModuleMetadata) : undefined, problems };
}
