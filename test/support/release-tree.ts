import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

export interface ReleaseTree {
  /** What `uses: OWNER/modwharf@…` brings: action.yml, actions/, dist/, package.json. */
  dir: string;
  /** The command line's entry. */
  cli: string;
}

let built: ReleaseTree | undefined;
const made: string[] = [];

afterAll(() => {
  for (const dir of made) rmSync(dir, { recursive: true, force: true });
});

/** The repository as users get it, with dist/ built from the sources of this moment; once for each test file. */
export function releaseTree(): ReleaseTree {
  if (built !== undefined) return built;
  const dir = mkdtempSync(join(tmpdir(), "modwharf-release-"));
  made.push(dir);
  for (const name of ["action.yml", "actions", "package.json"])
    cpSync(name, join(dir, name), { recursive: true });
  execFileSync(process.execPath, ["scripts/build.mjs", join(dir, "dist")], { stdio: "pipe" });
  built = { dir, cli: join(dir, "dist", "modwharf.js") };
  return built;
}
