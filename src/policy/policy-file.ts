import type { RuleLevel, Waiver } from "./policy.ts";
import type { PresetName } from "./presets.ts";

/** What the file holds once the schema accepts it; see policy-schema.ts. */
export interface PolicyFile {
  preset?: PresetName;
  extends?: { from: string; sha256: string };
  rules?: Record<string, RuleLevel | { level?: RuleLevel; paths?: Record<string, RuleLevel> }>;
  waivers?: (Omit<Waiver, "paths" | "subject" | "file" | "line"> & { subject?: string; paths?: string[] })[];
  go?: { minimum?: string; maximum?: string; toolchain?: "allow" | "forbid" };
  dependencies?: {
    allow?: (string | { module: string; versions?: string })[];
    deny?: { module: string; versions?: string; reason: string; alternative?: string }[];
    private?: string[];
    endOfLife?: { module: string; versions?: string; date: string; reason?: string }[];
  };
  licences?: { allow?: string[]; exceptions?: { module: string; licence: string }[] };
  metadata?: { required?: string[] };
  vulnerabilities?: {
    sources?: string[];
    api?: string;
    onFailure?: "error" | "report";
    ignore?: { id: string; reason: string }[];
  };
}
