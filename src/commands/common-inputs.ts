import { ID_TOKEN_VARIABLE } from "../platform/web-identity.ts";

/** Inputs that several commands share, so that they read the same everywhere. */

export const formatInput = {
  name: "format",
  type: "list",
  placeholder: "FORMAT=FILE",
  doc: "Also write the report as FORMAT into FILE: text, markdown, json, sarif, codequality, junit, openmetrics",
  pattern: "(text|markdown|json|sarif|codequality|junit|openmetrics)=.+",
  example: "sarif=report.sarif",
} as const;

export const repoInput = {
  name: "repo",
  type: "string",
  placeholder: "DIR",
  default: ".",
  doc: "The git repository: a work tree, a worktree or a bare repository; shallow clones will do",
} as const;

/** For commands that compare revisions, which a shallow clone may lack. */
export const historyInput = {
  ...repoInput,
  doc: "The git repository with its history and tags: a work tree, a worktree or a bare repository",
} as const;

export const moduleInput = {
  name: "module",
  type: "string",
  placeholder: "PATH",
  doc: "The module path, where the repository does not say it (no go.mod) or a tag has two readings",
} as const;

export const versionInput = {
  name: "version",
  type: "string",
  placeholder: "V",
  doc: "The module's version, canonical: v1.2.3, v1.2.3-rc.1, v2.0.0+incompatible",
} as const;

export const subdirInput = {
  name: "allow-subdir-mismatch",
  type: "boolean",
  default: "false",
  doc: "Accept a module path that does not end in its subdirectory (a go-import tag names the subdirectory, go 1.25)",
} as const;

export const retractedInput = {
  name: "allow-retracted",
  type: "boolean",
  default: "false",
  doc: "Accept a version that its own go.mod retracts, as a version made only to carry retractions does",
} as const;

/** How commands that write to S3 become an AWS role through the CI job's identity (OIDC), without a stored key. */
export const awsInputs = [
  {
    name: "aws-role",
    type: "string",
    placeholder: "ARN",
    doc: "Assume this AWS role with the CI job's own identity (OIDC) for s3: stores",
    pattern: "arn:aws[a-z-]*:iam::\\d{12}:role/.+",
    example: "arn:aws:iam::123456789012:role/publisher",
  },
  {
    name: "aws-audience",
    type: "string",
    default: "sts.amazonaws.com",
    idToken: ID_TOKEN_VARIABLE,
    doc: "The audience of the identity token that is exchanged for the role",
  },
] as const;
