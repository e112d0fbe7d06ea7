import type { CommandContext } from "../command.ts";
import { formatInput } from "../common-inputs.ts";
import type { ValuesOf } from "../inputs.ts";
import {
  concurrencyInput,
  goproxyInput,
  manifestInput,
  sumdbInput,
  toolchainInput,
} from "../modules/inputs.ts";

/** Where a GitLab job keeps modules: caches and artifacts must lie inside the project. */
export const PROJECT_CACHE = ".modwharf";

export const inputs = [
  manifestInput,
  {
    name: "cache",
    type: "string",
    placeholder: "DIR",
    defaultOn: { component: PROJECT_CACHE },
    doc: "The module cache to fill: GOMODCACHE, which is the default outside GitLab",
  },
  goproxyInput,
  sumdbInput,
  toolchainInput,
  concurrencyInput,
  {
    name: "shard",
    type: "string",
    placeholder: "I/N",
    pattern: "\\d{1,4}/\\d{1,4}",
    example: "2/4",
    doc: "Take only part I of N, for parallel jobs; the parts are disjoint and together all",
  },
  {
    name: "remote",
    type: "string",
    placeholder: "URL",
    doc: "Fill no cache: make this proxy (Athens, Artifactory, Nexus) fetch every version, and prove what it serves",
  },
  {
    name: "extract",
    type: "boolean",
    default: "false",
    // Measured with setup-go's entry, which has trees: go alone takes longer to extract what it finds missing.
    defaultOn: { action: "true" },
    notOn: { component: "trees would triple what the job hands on; go extracts those that it needs" },
    doc: "Also extract the source trees, as go does when it builds",
  },
  {
    name: "prune",
    type: "boolean",
    default: "false",
    defaultOn: { component: "true" },
    doc: "Remove from the module cache what no manifest names",
  },
  {
    name: "save",
    type: "enum",
    values: ["auto", "always", "never"],
    default: "auto",
    notOn: {
      cli: "there is no cache service outside an action",
      component: "GitLab saves what the job declares as cache or artifact",
    },
    doc: "Save the modules when the job ends: auto on the default branch when they changed, elsewhere only when there is no entry at all",
  },
  {
    name: "key-prefix",
    type: "string",
    default: "modwharf-modules",
    pattern: "[A-Za-z0-9._-]{1,100}",
    notOn: {
      cli: "there is no cache service outside an action",
      component: "GitLab's cache keys are declared in YAML",
    },
    doc: "What the cache key begins with; entries that share it stand in for each other",
  },
  formatInput,
] as const;

export type WarmContext = CommandContext<ValuesOf<typeof inputs>>;
