import { ModwharfError } from "../base/errors.ts";
import { closest } from "../base/suggest.ts";
import { tagDirOf } from "../source/module-tag.ts";
import type { FileProblem } from "./module-files.ts";
import type { Proposal } from "./rule.ts";
import type { ModuleSnapshot, RepositorySnapshot } from "./snapshot.ts";
import { isOwnVersion } from "./versions.ts";

/** What the caller says is to be released: a version of a module, or a tag. */
export interface ProposalRequest {
  version: string | undefined;
  tag: string | undefined;
  modulePath: string | undefined;
}

/**
 * Finds the module that a proposed version or tag is for: the named one, else the one whose folder the tag names,
 * else the only one. Throws USAGE when that is none or more than one.
 */
export function findProposal(
  request: ProposalRequest,
  head: RepositorySnapshot,
): Proposal & { modulePath: string } {
  const { tag } = request;
  const slash = tag?.lastIndexOf("/") ?? -1;
  const version = request.version ?? tag?.slice(slash + 1) ?? "";
  const module =
    request.modulePath !== undefined
      ? named(request.modulePath, head)
      : tag === undefined
        ? only(head)
        : (byTag({ dir: tag.slice(0, Math.max(slash, 0)), version }, head) ?? only(head));
  return { version, tag, modulePath: module.path };
}

/** The error for a go.mod that cannot be read, where a command has nothing to say without it. */
export function goModError({ file, line, column, what, fix }: FileProblem): ModwharfError {
  const subject = `${file}:${line}:${column}`;
  return new ModwharfError("MODFILE_SYNTAX", what, { subject, fix, at: { file, line, column } });
}

/** The module of `--module`. Throws USAGE, and MODFILE_SYNTAX where no go.mod can be read. */
export function named(path: string, head: RepositorySnapshot): ModuleSnapshot {
  const module = head.modules.find((candidate) => candidate.path === path);
  if (module !== undefined) return module;
  refuseUnreadable(head);
  const paths = head.modules.map((candidate) => candidate.path);
  const meant = closest(path, paths);
  throw new ModwharfError("USAGE", "the repository has no such module", {
    subject: path,
    expected: paths.length === 0 ? "a go.mod" : `one of ${paths.slice(0, 20).join(", ")}`,
    ...(meant === undefined ? {} : { fix: `did you mean ${meant}?` }),
  });
}

/** The module of a repository that has just one; with several the root's. Throws as `named`. */
export function only(head: RepositorySnapshot): ModuleSnapshot {
  const root = head.modules.find((module) => module.dir === "") ?? head.modules[0];
  if (root !== undefined && (head.modules.length === 1 || root.dir === "")) return root;
  refuseUnreadable(head);
  throw new ModwharfError(
    "USAGE",
    root === undefined ? "the commit has no module" : "which module is meant?",
    {
      expected: "--module PATH",
      actual:
        head.modules
          .map((module) => module.path)
          .slice(0, 20)
          .join(", ") || "no go.mod",
    },
  );
}

/** A repository whose only go.mod is broken is none without a module. */
function refuseUnreadable({ modules, problems }: RepositorySnapshot): void {
  const broken = problems.find(({ kind }) => kind === "go-mod");
  if (modules.length === 0 && broken !== undefined) throw goModError(broken);
}

/** Tags of x/ and of its major subdirectory x/v2/ begin alike; the major tells which module is meant. */
function byTag(
  { dir, version }: { dir: string; version: string },
  head: RepositorySnapshot,
): ModuleSnapshot | undefined {
  const tagged = head.modules.filter((module) => tagDirOf(module.dir, module.path) === dir);
  return tagged.find((module) => isOwnVersion(module.path, version)) ?? tagged[0];
}
