// Writes everything that is generated from the commands' tables; with --check compares instead and fails on drift.
import { mkdtempSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
// Inside the tree, so that packages that stay unbundled are found.
const scratch = mkdtempSync(join(root, "node_modules", ".generate-"));
try {
  await build({
    absWorkingDir: root,
    entryPoints: ["scripts/generate/main.ts"],
    outdir: scratch,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    packages: "external",
    logLevel: "warning",
    outExtension: { ".js": ".mjs" },
  });
  const { generate } = await import(pathToFileURL(join(scratch, "main.mjs")).href);
  process.exitCode = await generate(root, { check: process.argv.includes("--check") });
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
