import { modulePlace } from "../hits.ts";
import { readMetadata } from "../metadata.ts";
import type { StateRule } from "../rule.ts";

export const moduleMetadataMissing: StateRule = {
  id: "module-metadata-missing",
  scope: "module",
  group: "metadata",
  level: "error",
  title: "module.yaml lacks what the policy requires",
  why: "Without owner or lifecycle nobody knows whom to ask and how long the module is kept.",
  fix: "add the fields to module.yaml beside go.mod",
  reference: "docs/gate.md",
  async check({ module, policy }) {
    const { required } = policy.metadata;
    if (required.length === 0) return [];
    const metadata = module.metadata === undefined ? undefined : await readMetadata(module.metadata);
    const missing = required.filter((field) => metadata?.value?.[field as "owner"] === undefined);
    if (missing.length === 0) return [];
    const place =
      metadata === undefined ? modulePlace(module) : { file: module.metadata!.file, line: 1, column: 1 };
    const message = `module ${module.path} does not say its ${missing.join(", ")}`;
    return [{ subject: `${module.path} ${missing.join(" ")}`, message, ...place }];
  },
};
