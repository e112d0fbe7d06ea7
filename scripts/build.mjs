// Bundles src/ into dist/: the command line and one small entry for each action over shared chunks.
// The output depends on the sources and the lockfile alone: CI builds it again and compares.
import { readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const outdir = process.argv[2] ?? join(root, "dist");

// CommonJS packages inside an ES module bundle still call require() for Node's own modules.
const banner =
  'import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);';

rmSync(outdir, { recursive: true, force: true });
const result = await build({
  absWorkingDir: root,
  entryPoints: { modwharf: "src/main/cli.ts" },
  outdir,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  minify: true,
  legalComments: "none",
  charset: "utf8",
  chunkNames: "chunks/[hash]",
  banner: { js: banner },
  define: { MODWHARF_VERSION: JSON.stringify(version) },
  metafile: true,
  logLevel: "warning",
});
const bytes = Object.values(result.metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
console.log(`dist: ${Object.keys(result.metafile.outputs).length} files, ${(bytes / 1e6).toFixed(2)} MB`);
