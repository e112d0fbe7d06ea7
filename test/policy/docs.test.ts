import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { loadPolicy } from "../../src/policy/load-policy.ts";
import { metadataSchema } from "../../src/policy/policy-schema.ts";
import { allRules } from "../../src/policy/registry.ts";
import { readYaml } from "../../src/policy/yaml-file.ts";

const page = readFileSync(new URL("../../docs/gate.md", import.meta.url), "utf8");
const blocks = [...page.matchAll(/```yaml\n(.*?)```/gs)].map((found) => found[1]!);

test("the policies in docs/gate.md can be used as they stand", async () => {
  const policies = blocks.filter((block) => /^(?:# yaml-language-server|extends:)/.test(block));
  expect(policies).toHaveLength(2);
  for (const text of policies) {
    // Nothing behind the made-up URL can be loaded; the schema is what counts.
    const own = text.startsWith("extends:") ? "{}" : text;
    await loadPolicy(
      { file: "docs/gate.md", text: own },
      { rules: allRules, read: () => Promise.reject(new Error("none")) },
    );
  }
});

test("the module metadata in docs/gate.md fits its schema", async () => {
  const [metadata] = blocks.filter((block) => block.startsWith("owner:"));
  expect((await readYaml(metadata!, metadataSchema)).problems).toEqual([]);
});
