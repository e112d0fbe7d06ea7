// Builds dist/ anew beside the committed one and compares every byte.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const fresh = mkdtempSync(join(tmpdir(), "modwharf-dist-"));
try {
  execFileSync(process.execPath, [join(root, "scripts/build.mjs"), fresh], { stdio: "inherit" });
  const list = (dir) =>
    readdirSync(dir, { recursive: true })
      .filter((name) => statSync(join(dir, name)).isFile())
      .sort();
  const [committed, built] = [list(join(root, "dist")), list(fresh)];
  const differing = [...new Set([...committed, ...built])].filter(
    (name) =>
      !committed.includes(name) ||
      !built.includes(name) ||
      !readFileSync(join(root, "dist", name)).equals(readFileSync(join(fresh, name))),
  );
  if (differing.length > 0) {
    console.error(
      `dist/ does not match the sources (${differing.length} files, first ${differing[0]}). Fix: npm run build, commit dist/`,
    );
    process.exitCode = 1;
  }
} finally {
  rmSync(fresh, { recursive: true, force: true });
}
