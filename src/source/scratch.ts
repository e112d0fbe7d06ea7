import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { privateConfig } from "./environment.ts";
import type { RepositoryLocation } from "./location.ts";

/** What `go` appends to its clone's attributes so that an archive holds the committed bytes (golang/go#27153). */
const attributes = "\n* -export-subst -export-ignore\n";

/** Writes the private configuration into `home`; see `gitEnvironment`. */
export function writePrivateConfig(home: string): void {
  writeFileSync(join(home, "gitconfig"), privateConfig);
}

/** An alternates line; git reads one that starts with a quote as a C string, so any path can be written. */
function alternatesLine(objectsDir: string): string {
  if (!/["\n\\]/.test(objectsDir)) return `${objectsDir}\n`;
  return `"${objectsDir.replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n")}"\n`;
}

/**
 * Lays out the bare repository in `gitDir` through which commits are read: no refs, no configuration of the
 * user's, its own attributes, and the user's objects as an alternate. Written by hand, which saves a process, and
 * without the thread pool, which for eight tiny files costs more than it gives.
 */
export function writeScratchRepository(gitDir: string, location: RepositoryLocation): void {
  const { objectsDir, shallowCommits, objectFormat } = location;
  for (const dir of ["objects/info", "refs", "info"]) mkdirSync(join(gitDir, dir), { recursive: true });
  const config =
    objectFormat === "sha1"
      ? "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"
      : "[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectformat = sha256\n";
  const files: Record<string, string> = {
    HEAD: "ref: refs/heads/none\n",
    config,
    "objects/info/alternates": alternatesLine(objectsDir),
    "info/attributes": attributes,
  };
  if (shallowCommits.size > 0) files.shallow = `${[...shallowCommits].join("\n")}\n`;
  for (const [name, text] of Object.entries(files)) writeFileSync(join(gitDir, name), text);
}
