import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { gitEnv } from "../source/git-fixture.ts";

/** Takes one object out of a repository; what fast-import packed is unpacked first. */
export function removeObject(dir: string, id: string): void {
  const packs = join(dir, ".git", "objects", "pack");
  for (const name of readdirSync(packs)) {
    if (!name.endsWith(".pack")) continue;
    const pack = readFileSync(join(packs, name));
    for (const suffix of ["pack", "idx", "rev", "keep"])
      rmSync(join(packs, name.replace(/pack$/, suffix)), { force: true });
    execFileSync("git", ["unpack-objects", "-q"], { cwd: dir, env: gitEnv, input: pack });
  }
  rmSync(join(dir, ".git", "objects", id.slice(0, 2), id.slice(2)));
}
