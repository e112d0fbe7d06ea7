import type { CommandContext } from "../command.ts";
import { awsInputs, formatInput } from "../common-inputs.ts";
import type { ValuesOf } from "../inputs.ts";
import {
  allowInput,
  allowUnverifiedInput,
  concurrencyInput,
  denyInput,
  goproxyInput,
  sumdbInput,
  toolchainInput,
  wholeGraphInput,
} from "../modules/inputs.ts";

export const inputs = [
  {
    name: "operation",
    type: "enum",
    values: ["create", "extract", "verify"],
    required: true,
    positional: 0,
    doc: "create makes a bundle, verify checks one, extract checks and unpacks one",
  },
  {
    name: "files",
    type: "list",
    positional: 1,
    placeholder: "FILE",
    doc: "create: manifests, those of the current directory when none is named; extract and verify: the bundle",
  },
  {
    name: "output",
    type: "string",
    short: "o",
    placeholder: "FILE",
    default: "modules.tar",
    doc: "create: the bundle to write",
  },
  {
    name: "to",
    type: "string",
    placeholder: "DIR|STORE",
    doc: "extract: a directory, or a store such as s3://BUCKET/PREFIX",
  },
  {
    name: "layout",
    type: "enum",
    values: ["goproxy", "gomodcache"],
    default: "goproxy",
    doc: "extract: a tree for GOPROXY=file://DIR, or one for GOMODCACHE",
  },
  {
    name: "after",
    type: "list",
    placeholder: "FILE",
    doc: "create: earlier bundles that the same machines have; their checksum database proofs are continued",
  },
  {
    name: "digest",
    type: "string",
    placeholder: "SHA256",
    doc: "extract and verify: the digest that create printed; it vouches for every module",
    example: `sha256:${"0".repeat(64)}`,
    pattern: "sha256:[0-9a-f]{64}",
  },
  {
    name: "go-sum",
    type: "list",
    placeholder: "FILE",
    doc: "extract and verify: go.sum files that vouch for modules",
  },
  goproxyInput,
  allowInput,
  denyInput,
  sumdbInput,
  allowUnverifiedInput,
  toolchainInput,
  wholeGraphInput,
  concurrencyInput,
  ...awsInputs,
  formatInput,
] as const;

export type BundleContext = CommandContext<ValuesOf<typeof inputs>>;
