import { ModwharfError } from "../base/errors.ts";
import { runCreate } from "./bundle/create.ts";
import { type BundleContext, inputs } from "./bundle/inputs.ts";
import { runExtract, runVerify } from "./bundle/read.ts";
import { defineCommand } from "./command.ts";

export const bundle = defineCommand({
  name: "bundle",
  description: `
Makes one file of all that a build needs from module proxies, for machines without a network: zips, go.mod and info
files, version lists, and the checksum database's lookups and tiles, so that even \`go mod tidy\` with an empty go.sum is
checked there as ever. The file is a tar of a GOPROXY tree: \`tar xf\` and GOPROXY=file://DIR will do.

\`create\` verifies every module as \`mirror\` does. \`verify\` and \`extract\` need no network: they hash everything again
and prove each module by the checksum database's records in the bundle, by go.sum files (\`go-sum\`) or by the bundle's
digest (\`digest\`); nothing is unpacked before all of it was checked. The digest depends on the hashes of the modules and
their records alone, not on times or proxies; the same inputs and tree head give the same bytes.`,
  inputs,
  outputs: [
    { name: "bundle", doc: "Path of the bundle", from: (data) => data.file as string | undefined },
    { name: "digest", doc: "The bundle's digest", from: (data) => data.digest as string | undefined },
    { name: "modules", doc: "Number of modules with their zip", from: (data) => data.modules?.toString() },
  ],
  permissions: { github: ["contents: read"], gitlab: [] },
  faces: {
    action: {},
    component: {
      stage: "build",
      rules: ["$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH", "$CI_COMMIT_TAG"],
      artifacts: ["modules.tar"],
    },
  },
  examples: [
    "modwharf bundle create",
    "modwharf bundle verify modules.tar --digest sha256:…",
    "modwharf bundle extract modules.tar --to /srv/goproxy",
  ],
  run: async (context) => {
    refuseOthers(context.inputs);
    switch (context.inputs.operation) {
      case "create":
        return runCreate(context);
      case "verify":
        return runVerify(context);
      case "extract":
        return runExtract(context);
    }
  },
});

/** What one operation takes and another would leave unread, where somebody may rely on it. */
const TAKEN_BY = {
  to: ["extract"],
  after: ["create"],
  digest: ["extract", "verify"],
  "go-sum": ["extract", "verify"],
} as const satisfies Partial<Record<keyof BundleContext["inputs"], readonly string[]>>;

function refuseOthers(given: BundleContext["inputs"]): void {
  for (const [name, operations] of Object.entries(TAKEN_BY)) {
    const value = given[name as keyof typeof TAKEN_BY];
    if (value === undefined || value.length === 0 || operations.some((one) => one === given.operation))
      continue;
    throw new ModwharfError("USAGE", `bundle ${given.operation} takes no ${name}`, {
      subject: name,
      expected: `${name} with ${operations.join(" or ")} alone`,
      fix: `leave ${name} out`,
    });
  }
}
