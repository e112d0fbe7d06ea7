// Bundles scripts/generate/ for Node, which runs no TypeScript, and hands it to `use`.
import { mkdtempSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..");

export async function withGenerator(use) {
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
    return await use(await import(pathToFileURL(join(scratch, "main.mjs")).href));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
