// Checks the architecture that docs/architecture.md describes: imports go down the layers only, never in a
// circle (between folders as well as between files), and the process environment is touched in two folders.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "src");

/** From the bottom up; folders of one row may import each other as long as no circle arises. */
const LAYERS = [
  ["base"],
  ["report"],
  ["module"],
  ["modfile", "zip", "dirhash", "tlog"],
  ["source", "artifact"],
  ["store", "proxy", "sumdb"],
  ["modcache", "modgraph", "mirror", "vendor", "manifest", "api", "policy"],
  ["platform"],
  ["commands"],
  ["main"],
];
const layerOf = new Map(LAYERS.flatMap((folders, i) => folders.map((folder) => [folder, i])));

/** What only platform/ and main/ may do. */
const PROCESS_ONLY = [
  [
    /\bprocess\.(env|exit|argv|stdout|stderr)\b/,
    "touches the process; take it as data from platform/ or main/",
  ],
  [/\benv(ironment)?(\.|\[["'])(GITHUB|CI|RUNNER|ACTIONS)_/, "reads a CI variable; platform/ does that"],
];

const files = readdirSync(root, { recursive: true })
  .filter((name) => name.endsWith(".ts"))
  .sort();
const problems = [];
const fileImports = new Map();
const folderImports = new Map();

for (const file of files) {
  const text = readFileSync(join(root, file), "utf8");
  const folder = file.split("/")[0];
  if (!layerOf.has(folder)) problems.push(`${file}: folder ${folder} is in no layer`);
  const imports = [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*["'](\.[^"']+)["']/g)].map((match) =>
    relative(root, normalize(join(root, dirname(file), match[1]))),
  );
  fileImports.set(file, imports);
  for (const target of imports) {
    const to = target.split("/")[0];
    if (to === folder) continue;
    if (layerOf.get(to) > layerOf.get(folder))
      problems.push(`${file}: imports ${target}, which lies in a higher layer`);
    if (!folderImports.has(folder)) folderImports.set(folder, new Set());
    folderImports.get(folder).add(to);
  }
  if (folder === "platform" || folder === "main") continue;
  text.split("\n").forEach((line, i) => {
    const code = line.replace(/^\s*(\*|\/\/|\/\*).*/, "");
    for (const [pattern, why] of PROCESS_ONLY)
      if (pattern.test(code)) problems.push(`${file}:${i + 1}: ${why}`);
  });
}

/** Every circle of a graph, once, as a path that ends where it began. */
function circles(graph) {
  const state = new Map();
  const found = [];
  const visit = (node, path) => {
    if (state.get(node) === "done") return;
    if (state.get(node) === "open") {
      found.push([...path.slice(path.indexOf(node)), node].join(" → "));
      return;
    }
    state.set(node, "open");
    for (const next of graph.get(node) ?? []) visit(next, [...path, node]);
    state.set(node, "done");
  };
  for (const node of graph.keys()) visit(node, []);
  return found;
}

for (const circle of circles(fileImports)) problems.push(`files import each other in a circle: ${circle}`);
for (const circle of circles(folderImports))
  problems.push(`folders import each other in a circle: ${circle}`);
for (const problem of problems) console.error(problem);
console.log(`layers: ${files.length} files, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
