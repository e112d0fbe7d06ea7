import type { Command } from "./command.ts";

/**
 * Every command by name, loaded on use: starting one must not pay for the others. The summary, an imperative
 * sentence without full stop, stands here alone, since `modwharf --help` shows it without loading a command.
 */
export const registry: Readonly<Record<string, { summary: string; load: () => Promise<Command> }>> = {
  publish: {
    summary: "Publish the Go modules of a tag or commit to a registry",
    load: async () => (await import("./publish.ts")).publish,
  },
  zip: {
    summary: "Build a module zip as go itself does and print its hashes",
    load: async () => (await import("./zip.ts")).zip,
  },
  hash: {
    summary: "Print the go.sum hash of a module zip, a go.mod file or a directory",
    load: async () => (await import("./hash.ts")).hash,
  },
  "check-zip": {
    summary: "Check a module zip against every rule that go applies",
    load: async () => (await import("./check-zip.ts")).checkZipCommand,
  },
  gate: {
    summary: "Judge what a merge or pull request changes in the repository's modules",
    load: async () => (await import("./gate.ts")).gate,
  },
  next: {
    summary: "Name the next version that the changes since the newest tag allow",
    load: async () => (await import("./next.ts")).next,
  },
  "api-diff": {
    summary: "List what changed in the exported names between two revisions",
    load: async () => (await import("./api-diff.ts")).apiDiff,
  },
  warm: {
    summary: "Fill a module cache with what the manifests need, every file held against go.sum",
    load: async () => (await import("./warm.ts")).warm,
  },
  verify: {
    summary: "Hold a module cache, a vendor directory or a store against go.sum",
    load: async () => (await import("./verify.ts")).verify,
  },
  vendor: {
    summary: "Create or check the vendor directory as go mod vendor does, every module held against go.sum",
    load: async () => (await import("./vendor.ts")).vendor,
  },
  mirror: {
    summary: "Copy the modules of manifests from proxies into a store, each one verified",
    load: async () => (await import("./mirror.ts")).mirror,
  },
  bundle: {
    summary:
      "Make, check or unpack one file with all modules and proofs that a machine without a network needs",
    load: async () => (await import("./bundle.ts")).bundle,
  },
  sbom: {
    summary: "Write a bill of materials of the manifests' modules, as CycloneDX or SPDX",
    load: async () => (await import("./sbom.ts")).sbom,
  },
};
