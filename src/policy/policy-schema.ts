import type { Schema } from "./schema-check.ts";

const levels = ["error", "warning", "note", "off"] as const;

const level: Schema = {
  type: "string",
  enum: levels,
  description:
    "error blocks when the change introduces it; warning and note are reported; off is not looked for",
};
/** A person writes tens of characters; matching takes time by the length of a pattern. */
export const maxPatternLength = 1000;

const pattern = { type: "string", minLength: 1, maxLength: maxPatternLength } as const;
const modulePattern: Schema = {
  ...pattern,
  description: "a module path, with /... for everything below it and * for parts of one element",
};
const reason: Schema = { type: "string", minLength: 1, description: "why, in words for a reviewer" };
const date: Schema = {
  type: "string",
  pattern: "^\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])$",
  examples: ["2027-01-31"],
  description: "a day, as in 2027-01-31",
};
const versions: Schema = {
  ...pattern,
  description: "a version range such as >=v1.2.0 <v1.4.2 || ^2.1; all versions when left out",
};
const paths: Schema = {
  type: "array",
  items: pattern,
  description: "path patterns of files, with ** for any folders",
};
const strings = (description: string): Schema => ({
  type: "array",
  items: pattern,
  description,
});
const goVersion = (description: string): Schema => ({
  type: "string",
  pattern: "^1\\.\\d+(?:\\.\\d+|rc\\d+)?$",
  examples: ['"1.25"'],
  description,
});

function record(properties: Record<string, Schema>, required: readonly string[] = []): Schema {
  return { type: "object", properties, additionalProperties: false, required };
}

const waiver = record(
  {
    rule: { type: "string", minLength: 1, description: "the rule's id" },
    subject: {
      ...pattern,
      description: "a pattern for what the finding is about; all when left out",
    },
    paths,
    reason,
    owner: { type: "string", minLength: 1, description: "who answers for it" },
    expires: { ...date, description: "the last day on which it counts; later the finding blocks again" },
  },
  ["rule", "reason", "owner", "expires"],
);

const dependencies = record({
  allow: {
    type: "array",
    items: { oneOf: [modulePattern, record({ module: modulePattern, versions }, ["module"])] },
    description: "only these modules may be required, each at any version or at those of a range",
  },
  deny: {
    type: "array",
    description: "modules that must not be built in, directly or through others",
    items: record(
      {
        module: modulePattern,
        versions,
        reason,
        alternative: { type: "string", minLength: 1, description: "what to use instead" },
      },
      ["module", "reason"],
    ),
  },
  private: strings("paths of the organisation, as in GOPRIVATE; they must not exist on the public proxy"),
  endOfLife: {
    type: "array",
    description: "modules whose support ends",
    items: record({ module: modulePattern, versions, date, reason }, ["module", "date"]),
  },
});

/** The JSON Schema of `modwharf.yaml` for the given rules; schema/modwharf.schema.json is this as a file. */
export function policySchema(rules: readonly { id: string; title: string }[]): Schema {
  const setting: Schema = {
    oneOf: [
      level,
      record({
        level,
        paths: { type: "object", additionalProperties: level, description: "levels by path pattern" },
      }),
    ],
  };
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Modwharf policy",
    description: "What the merge request gate asks of Go modules",
    $defs: { setting },
    ...record({
      preset: {
        type: "string",
        enum: ["strict", "library", "service"],
        description: "levels to start from",
      },
      extends: {
        ...record(
          {
            from: { type: "string", minLength: 1, description: "a file beside this one, or an https URL" },
            sha256: {
              type: "string",
              pattern: "^[0-9a-f]{64}$",
              examples: ["64 hexadecimal digits"],
              description: "the SHA-256 of that file, in hexadecimal",
            },
          },
          ["from", "sha256"],
        ),
        description: "another policy that this one adds to",
      },
      rules: {
        type: "object",
        properties: Object.fromEntries(
          rules.map(({ id, title }) => [id, { $ref: "#/$defs/setting", description: title }]),
        ),
        additionalProperties: false,
        description: "levels of rules",
      },
      waivers: { type: "array", items: waiver, description: "findings that are accepted for a time" },
      go: record({
        minimum: goVersion("the lowest go directive"),
        maximum: goVersion("the highest go directive and toolchain: what the organisation has installed"),
        toolchain: {
          type: "string",
          enum: ["allow", "forbid"],
          description: "whether go.mod may name a toolchain",
        },
      }),
      dependencies,
      licences: record({
        allow: strings("SPDX identifiers, one licence each; nothing is checked when left out"),
        exceptions: {
          type: "array",
          description: "what is known of modules whose licence cannot be detected",
          items: record({ module: modulePattern, licence: pattern }, ["module", "licence"]),
        },
      }),
      metadata: record({
        required: {
          type: "array",
          items: { type: "string", enum: ["owner", "lifecycle", "security", "release"] },
          description: "fields that every module.yaml must have",
        },
      }),
      vulnerabilities: record({
        sources: strings("OSV data: files, folders or https URLs"),
        api: {
          type: "string",
          pattern: "^https?://[^\\s?#]+$",
          examples: ["https://api.osv.dev"],
          description: "an OSV API, which is told the modules of the build, private ones excepted",
        },
        onFailure: {
          type: "string",
          enum: ["error", "report"],
          description: "what a server that does not answer means: error, or listed as not checked",
        },
        ignore: {
          type: "array",
          description: "entries that do not concern this repository",
          items: record({ id: { type: "string", minLength: 1 }, reason }, ["id", "reason"]),
        },
      }),
    }),
  };
}

/** The JSON Schema of the optional `module.yaml` beside a go.mod. */
export const metadataSchema: Schema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "Modwharf module metadata",
  description: "Who keeps a module, and how long",
  ...record({
    owner: { type: "string", minLength: 1, description: "team or person who answers for the module" },
    lifecycle: record(
      {
        state: {
          type: "string",
          enum: ["active", "deprecated", "end-of-life"],
          description: "where it stands",
        },
        deprecatedSince: { ...date, description: "from which day nobody should start to use it" },
        endOfLife: { ...date, description: "from which day it is without support" },
        replacement: { type: "string", minLength: 1, description: "the module to use instead" },
      },
      ["state"],
    ),
    security: {
      type: "string",
      enum: ["low", "normal", "high", "critical"],
      description: "how careful changes must be",
    },
    release: { type: "string", minLength: 1, description: "how often releases come, such as monthly" },
  }),
};
