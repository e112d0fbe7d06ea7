// Bundles src/ into dist/: the command line and one small entry for each action over shared chunks.
// The output depends on the sources and the lockfile alone: CI builds it again and compares.
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const [outdir = join(root, "dist"), ...surplus] = process.argv.slice(2);
if (outdir.startsWith("-") || surplus.length > 0) {
  console.error("usage: node scripts/build.mjs [DIRECTORY]");
  process.exit(2);
}

// CommonJS packages inside an ES module bundle still call require() for Node's own modules.
const banner =
  'import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);';

/** Entry files of the actions, by output name; action.yml cannot pass arguments to its `main`. */
const entries = {};
const actionsDir = join(root, "actions");
const names = existsSync(actionsDir) ? readdirSync(actionsDir).sort() : [];
addEntries("root", "action.yml", "");
for (const name of names) addEntries(name, `actions/${name}/action.yml`, JSON.stringify(name));

function addEntries(name, file, argument) {
  const entry = (run) => `import { ${run} } from "./src/main/action.ts"; await ${run}(${argument});`;
  entries[`actions/${name}`] = entry("runAction");
  const hasPost = /^ {2}post:/m.test(readFileSync(join(root, file), "utf8"));
  if (hasPost) entries[`actions/${name}-post`] = entry("runPost");
}

/** Makes those entries up, since each is one line. */
const madeUp = {
  name: "action-entries",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^entry:/ }, ({ path }) => ({ path, namespace: "entry" }));
    onLoad({ filter: /.*/, namespace: "entry" }, ({ path }) => ({
      contents: entries[path.slice(6)],
      resolveDir: root,
      loader: "js",
    }));
  },
};

rmSync(outdir, { recursive: true, force: true });
const result = await build({
  absWorkingDir: root,
  entryPoints: {
    modwharf: "src/main/cli.ts",
    // Started by src/modcache/hasher.ts on further threads.
    "hash-worker": "src/modcache/hash-worker.ts",
    // Started by src/vendor/vendored-copies.ts.
    "scan-worker": "src/vendor/scan-worker.ts",
    ...Object.fromEntries(Object.keys(entries).map((name) => [name, `entry:${name}`])),
  },
  plugins: [madeUp],
  outdir,
  bundle: true,
  // Writes CycloneDX as XML, which nobody here does; its absence is expected where it is asked for.
  external: ["xmlbuilder2"],
  splitting: true,
  format: "esm",
  platform: "node",
  // The module form of packages that have both: what nobody uses stays out of the bundle.
  mainFields: ["module", "main"],
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
refuseCommonJsImports(result.metafile);
const bytes = Object.values(result.metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
console.log(`dist: ${Object.keys(result.metafile.outputs).length} files, ${(bytes / 1e6).toFixed(2)} MB`);

/** In a bundle `import()` of a CommonJS package has a default export and no names: found here, not by a user. */
function refuseCommonJsImports({ inputs }) {
  for (const [file, { imports }] of Object.entries(inputs)) {
    for (const { kind, path } of imports) {
      if (kind !== "dynamic-import" || !file.startsWith("src/") || inputs[path]?.format !== "cjs") continue;
      throw new Error(
        `${file} imports ${path} dynamically: import a file of ours that names what it re-exports`,
      );
    }
  }
}
