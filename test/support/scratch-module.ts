import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { git } from "../source/git-fixture.ts";

export interface ScratchModule {
  /** The work tree. */
  dir: string;
  /** Writes files and commits them with everything else; returns the commit. */
  commit(files: Readonly<Record<string, string>>, message?: string): string;
  tag(name: string): void;
}

export const GREET: Readonly<Record<string, string>> = {
  "go.mod": "module example.com/greet\n\ngo 1.21\n",
  "greet.go":
    '// Package greet greets.\npackage greet\n\n// Hello greets.\nfunc Hello() string { return "hello" }\n',
  LICENSE: "Public domain.\n",
};

/** A git work tree with one small Go module, committed on `main`, whose origin is `remote`. */
export function scratchModule(dir: string, remote: string, files = GREET): ScratchModule {
  mkdirSync(dir, { recursive: true });
  git(dir, "init", "--quiet", "--initial-branch=main");
  git(dir, "remote", "add", "origin", remote);
  const module: ScratchModule = {
    dir,
    commit(changed, message = "A change") {
      for (const [name, text] of Object.entries(changed)) {
        mkdirSync(dirname(join(dir, name)), { recursive: true });
        writeFileSync(join(dir, name), text);
      }
      git(dir, "add", "--all");
      git(dir, "commit", "--quiet", "--allow-empty", "--message", message);
      return git(dir, "rev-parse", "HEAD");
    },
    tag: (name) => void git(dir, "tag", name),
  };
  module.commit(files, "A greeting");
  return module;
}
