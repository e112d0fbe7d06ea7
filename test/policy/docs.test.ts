import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

import { metadataSchema, policySchema } from "../../src/policy/policy-schema.ts";
import { allRules } from "../../src/policy/registry.ts";
import { readYaml } from "../../src/policy/yaml-file.ts";

const page = readFileSync(new URL("../../docs/gate.md", import.meta.url), "utf8");
const blocks = [...page.matchAll(/```yaml\n(.*?)```/gs)].map((found) => found[1]!);

test("the policies in docs/gate.md can be used as they stand", async () => {
  const policies = blocks.filter((block) => /^(?:# yaml-language-server|extends:)/.test(block));
  expect(policies).toHaveLength(2);
  const schema = policySchema(allRules);
  for (const text of policies) expect((await readYaml(text, schema)).problems).toEqual([]);
});

test("the module metadata in docs/gate.md fits its schema", async () => {
  const [metadata] = blocks.filter((block) => block.startsWith("owner:"));
  expect((await readYaml(metadata!, metadataSchema)).problems).toEqual([]);
});
