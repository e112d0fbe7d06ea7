import type { ErrorCode } from "../base/codes.ts";
import { ModwharfError } from "../base/errors.ts";
import { matchPathMajor } from "../module/major.ts";
import { splitPathVersion } from "../module/path-version.ts";
import { declaredPath, readGoModFiles } from "./go-mod-files.ts";
import { joinTag, tagDirOf } from "./module-tag.ts";
import type { Ref } from "./refs.ts";
import type { Repository } from "./repository.ts";
import type { TagName } from "./tag-name.ts";
import type { TreeEntry } from "./tree.ts";

/** Refusals for which another tag of the same repository may be what was meant. */
const MISNAMED: readonly ErrorCode[] = ["TAG_MAJOR_MISMATCH", "GO_MOD_MISSING", "MODULE_PATH_DIFFERS"];

/** How many go.mod files are looked at for advice. */
const MAX_MODULES = 200;

/**
 * Adds to a refusal the tags under which `go` would find this version of the repository's other modules. Any
 * other error, and one for which there is nothing to say, comes back as it is.
 */
export async function withRightTags(
  error: unknown,
  question: { repository: Repository; tree: readonly TreeEntry[]; name: TagName },
): Promise<unknown> {
  if (!(error instanceof ModwharfError) || !MISNAMED.includes(error.code)) return error;
  const candidates = await tagsForVersion(question);
  if (candidates.length === 0) return error;
  const { code, what, subject, expected, actual, fix, cause } = error;
  const listed = candidates
    .slice(0, 5)
    .map(({ tag, path }) => `${tag} is the tag for ${path}`)
    .join("; ");
  return new ModwharfError(code, what, {
    subject,
    expected,
    actual,
    cause,
    fix: `${fix}; in this repository ${listed}`,
  });
}

async function tagsForVersion({
  repository,
  tree,
  name,
}: {
  repository: Repository;
  tree: readonly TreeEntry[];
  name: TagName;
}): Promise<{ tag: string; path: string }[]> {
  const dirs = moduleDirs(tree).slice(0, MAX_MODULES);
  const files = await readGoModFiles(repository, tree, dirs);
  const refused = joinTag(name.dir, name.version);
  return files
    .flatMap((file) => {
      // Advice only: a neighbour's broken go.mod must not hide the refusal.
      try {
        return file === undefined ? [] : [{ path: declaredPath(file), dir: file.dir }];
      } catch {
        return [];
      }
    })
    .filter(({ path }) => {
      const split = splitPathVersion(path);
      return split !== undefined && matchPathMajor(name.version, split.pathMajor);
    })
    .map(({ path, dir }) => ({ path, tag: joinTag(tagDirOf(dir, path), name.version) }))
    .filter(({ tag }) => tag !== refused);
}

/** The folders of a commit that hold a go.mod, those of tests and vendored code left out. */
export function moduleDirs(tree: readonly TreeEntry[]): string[] {
  return tree
    .filter(({ path, mode }) => mode === "regular" && /(?:^|\/)go\.mod$/.test(path))
    .map(({ path }) => path.slice(0, Math.max(0, path.length - "/go.mod".length)))
    .filter((dir) => !/(?:^|\/)(?:testdata|vendor|[._][^/]*)(?:\/|$)/.test(dir));
}

/** The tag that differs from a misspelt one by the letter v, case or folder, or undefined. */
export function nearestTag(refs: readonly Ref[], tag: string): string | undefined {
  const key = (text: string) =>
    text
      .toLowerCase()
      .replace(/^.*[/@]/, "")
      .replace(/^v/, "");
  const wanted = key(tag);
  return refs
    .filter(({ name }) => name.startsWith("refs/tags/"))
    .map(({ name }) => name.slice("refs/tags/".length))
    .find((name) => key(name) === wanted);
}
