import type { CommandContext } from "./command.ts";
import { formatInput, historyInput } from "./common-inputs.ts";
import type { ValuesOf } from "./inputs.ts";

export const gateInputs = [
  historyInput,
  {
    name: "base",
    type: "string",
    placeholder: "REV",
    doc: "The revision to compare with; in a merge or pull request its own base, on the default branch the head",
  },
  { name: "head", type: "string", placeholder: "REV", default: "HEAD", doc: "The revision to judge" },
  {
    name: "policy",
    type: "string",
    placeholder: "FILE",
    doc: "The policy file; without it modwharf.yaml in the root of head, when there is one",
  },
  {
    name: "version",
    type: "string",
    placeholder: "V",
    doc: "A version that is about to be released: judges it too",
  },
  { name: "tag", type: "string", placeholder: "TAG", doc: "The same as a tag, such as sub/v1.2.3" },
  { name: "module", type: "string", placeholder: "PATH", doc: "The module that the version is for" },
  {
    name: "advisories",
    type: "list",
    placeholder: "SOURCE",
    doc: "OSV data (files, folders, URLs) beside what the policy names",
  },
  {
    name: "offline",
    type: "boolean",
    default: "false",
    doc: "Ask no module proxy; rules that need one are listed as not checked",
  },
  {
    name: "fix",
    type: "boolean",
    default: "false",
    doc: "Apply the mechanical fixes of new findings to the checkout",
    notOn: { action: "a job's checkout is thrown away", component: "a job's checkout is thrown away" },
  },
  {
    name: "comment",
    type: "boolean",
    default: "false",
    doc: "Keep one comment with the verdict on the merge or pull request",
  },
  formatInput,
] as const;

export type GateContext = CommandContext<ValuesOf<typeof gateInputs>>;
