// Writes schema/*.json, the JSON Schemas that editors use, from the ones in src/policy/. With --check it only tells
// whether they are current. Usage: node scripts/gen-schema.mjs [--check]
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const { outputFiles } = await build({
  stdin: {
    contents: `
      export { metadataSchema, policySchema } from "./src/policy/policy-schema.ts";
      export { allRules } from "./src/policy/registry.ts";
      export { rulesPage } from "./src/policy/rules-page.ts";`,
    resolveDir: root,
    loader: "ts",
  },
  bundle: true,
  platform: "node",
  format: "cjs",
  write: false,
});
const module = { exports: {} };
new Function("module", "exports", "require", outputFiles[0].text)(
  module,
  module.exports,
  (await import("node:module")).createRequire(import.meta.url),
);
const { allRules, metadataSchema, policySchema, rulesPage } = module.exports;

const files = {
  "schema/modwharf.schema.json": `${JSON.stringify(policySchema(allRules), null, 2)}\n`,
  "schema/module.schema.json": `${JSON.stringify(metadataSchema, null, 2)}\n`,
  "docs/rules.md": rulesPage(allRules),
};
const check = process.argv.includes("--check");
for (const [file, text] of Object.entries(files)) {
  if (!check) writeFileSync(root + file, text);
  else if (readFileSync(root + file, "utf8") !== text) {
    console.error(`${file} is not current. Fix: node scripts/gen-schema.mjs`);
    process.exitCode = 1;
  }
}
