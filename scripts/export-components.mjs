// Writes the GitLab component project into a folder of its own, with the version of the tool stamped in.
// usage: node scripts/export-components.mjs OUT --version 1.2.3
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { root, withGenerator } from "./load-generator.mjs";

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { version: { type: "string" } },
  });
  const [out] = positionals;
  if (out === undefined || positionals.length > 1 || values.version === undefined) {
    throw new Error("usage: node scripts/export-components.mjs OUT --version 1.2.3");
  }
  const files = await withGenerator(({ exportComponents }) =>
    exportComponents(root, resolve(out), values.version),
  );
  console.log(`${files.length} files in ${out}, version ${values.version}`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
