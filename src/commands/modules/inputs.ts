/** Inputs of the commands that work on the modules of manifests. */

export const manifestInput = {
  name: "manifests",
  type: "list",
  positional: 0,
  placeholder: "MANIFEST",
  doc: "go.sum, go.mod, go.work, vendor/modules.txt or text files of path@version lines; those of the current directory when none is named",
} as const;

export const goproxyInput = {
  name: "goproxy",
  type: "string",
  placeholder: "LIST",
  doc: "Proxies to download from, as in GOPROXY, which is the default",
} as const;

export const sumdbInput = {
  name: "sumdb",
  type: "string",
  placeholder: "DATABASE",
  doc: "The checksum database, as in GOSUMDB, which is the default; off leaves go.sum alone to vouch for modules",
} as const;

export const allowUnverifiedInput = {
  name: "allow-unverified",
  type: "list",
  placeholder: "PATTERN",
  doc: "Modules to take although neither go.sum nor the checksum database vouches for them",
} as const;

export const allowInput = {
  name: "allow",
  type: "list",
  placeholder: "PATTERN",
  doc: "Only these modules: golang.org/x/..., example.com/m@>=v1.2.0 <v2.0.0",
} as const;

export const denyInput = {
  name: "deny",
  type: "list",
  placeholder: "PATTERN",
  doc: "Never these modules, also when they are allowed",
} as const;

export const toolchainInput = {
  name: "toolchain",
  type: "list",
  placeholder: "OS/ARCH",
  doc: "Also the Go toolchains that the manifests name, for these platforms: linux/amd64",
} as const;

export const wholeGraphInput = {
  name: "whole-graph",
  type: "boolean",
  default: "false",
  doc: "Also whole versions of what is in the module graph only, for go list -m all and go get",
} as const;

export const concurrencyInput = {
  name: "concurrency",
  type: "number",
  default: "32",
  unit: "modules",
  range: [1, 256],
  doc: "Modules under way at once",
} as const;
