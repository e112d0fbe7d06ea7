import type { Level } from "../report/report.ts";

/** Strict enough for a report, or not looked for. */
export type RuleLevel = Level | "off";

/** What an organisation or a repository asks of its modules; the parsed `modwharf.yaml` with its presets. */
export interface Policy {
  /** Where it was read, for messages; undefined without a file. */
  file: string | undefined;
  /** Later entries win. */
  levels: LevelSetting[];
  waivers: Waiver[];
  go: {
    /** Lowest and highest version that a go directive may name. */
    minimum: string | undefined;
    maximum: string | undefined;
    /** Whether a toolchain line may stand in go.mod. */
    toolchain: "allow" | "forbid";
  };
  dependencies: {
    /** Undefined allows everything that is not denied. */
    allow: AllowEntry[] | undefined;
    deny: DenyEntry[];
    /** Patterns of GOPRIVATE's form, comma-separated: modules that must not be on the public proxy. */
    private: string;
    endOfLife: EndOfLifeEntry[];
  };
  licences: {
    /** SPDX identifiers; undefined allows every licence. */
    allow: string[] | undefined;
    /** What is known of modules whose licence cannot be detected. */
    exceptions: { module: string; licence: string }[];
  };
  metadata: { required: string[] };
  vulnerabilities: {
    /** Files, folders or URLs of OSV data; without any and without an API none is looked at. */
    sources: string[];
    /** Base URL of an OSV API that is asked about the modules of the build, private ones excepted. */
    api: string | undefined;
    /** What a server that does not answer means: the gate fails (without it too), or it is listed as not checked. */
    onFailure: "error" | "report" | undefined;
    /** Identifiers (or aliases) that do not concern this repository, each with why: waivers are for findings. */
    ignore: { id: string; reason: string }[];
  };
}

export interface LevelSetting {
  rule: string;
  level: RuleLevel;
  /** Path patterns of the files it is meant for; empty for all. */
  paths: string[];
}

export interface Waiver {
  rule: string;
  /** A pattern for the finding's subject; undefined for all. */
  subject: string | undefined;
  paths: string[];
  reason: string;
  owner: string;
  /** Last day on which it counts, `2026-12-31`. */
  expires: string;
  /** Where it stands. */
  file: string;
  line: number;
}

export interface AllowEntry {
  /** A module pattern. */
  module: string;
  /** A version range; `*` for all. */
  versions: string;
}

export interface DenyEntry {
  /** A module pattern. */
  module: string;
  /** A version range; `*` for all. */
  versions: string;
  reason: string;
  /** What to use instead. */
  alternative: string | undefined;
}

export interface EndOfLifeEntry {
  module: string;
  versions: string;
  /** First day without support. */
  date: string;
  reason: string | undefined;
}

/** The policy of a repository that has none. */
export function emptyPolicy(): Policy {
  return {
    file: undefined,
    levels: [],
    waivers: [],
    go: { minimum: undefined, maximum: undefined, toolchain: "allow" },
    dependencies: { allow: undefined, deny: [], private: "", endOfLife: [] },
    licences: { allow: undefined, exceptions: [] },
    metadata: { required: [] },
    vulnerabilities: { sources: [], api: undefined, onFailure: undefined, ignore: [] },
  };
}
