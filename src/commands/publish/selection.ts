import { ModwharfError } from "../../base/errors.ts";
import type { Trigger } from "../../platform/platform.ts";
import type { Repository } from "../../source/repository.ts";
import { resolveRevisionModule } from "../../source/revisions.ts";
import { type ResolveOptions, resolveTag, type TaggedModule } from "../../source/tags.ts";
import { tagsAt } from "../../source/tags-at.ts";

/** What the user asked to be published. */
export interface Wanted {
  tag: string | undefined;
  "tags-at": string | undefined;
  rev: string | undefined;
  module: string | undefined;
  "allow-subdir-mismatch": boolean;
  "allow-retracted": boolean;
}

export interface Selection {
  /** In dependency order: a module comes after those of this repository that it requires. */
  modules: readonly TaggedModule[];
  /** Module paths that require one another in a circle, so that no order is right for all. */
  cycles: readonly (readonly string[])[];
  /** Tags of the commit that are no version of any module here, each with the reason. */
  refused: readonly { tag: string; error: ModwharfError }[];
}

/** Finds the modules to publish: of one tag (in CI the one that triggered the job), of a commit's tags, of a revision. */
export async function selectModules(
  repository: Repository,
  wanted: Wanted,
  trigger: Trigger,
): Promise<Selection> {
  const named = (["tag", "tags-at", "rev"] as const).filter((name) => wanted[name] !== undefined);
  if (named.length > 1) {
    throw new ModwharfError("USAGE", "publish takes one of tag, tags-at and rev", {
      actual: named.map((name) => `--${name}`).join(" and "),
    });
  }
  const options = {
    modulePath: wanted.module,
    allowSubdirMismatch: wanted["allow-subdir-mismatch"],
    allowRetracted: wanted["allow-retracted"],
  };
  if (wanted["tags-at"] !== undefined) return selectTagsAt(repository, wanted["tags-at"], options);
  if (wanted.rev !== undefined) return only(await resolveRevisionModule(repository, wanted.rev, options));
  const tag = wanted.tag ?? trigger.tag;
  if (tag === undefined) {
    throw new ModwharfError("USAGE", "nothing says what to publish", {
      expected: "--tag TAG, --tags-at REV, --rev REV, or a pipeline that a tag triggered",
    });
  }
  return only(await resolveTag(repository, tag, options));
}

function only(module: TaggedModule): Selection {
  return { modules: [module], cycles: [], refused: [] };
}

async function selectTagsAt(
  repository: Repository,
  rev: string,
  { modulePath, ...options }: ResolveOptions,
): Promise<Selection> {
  const { modules, cycles, refused, commit } = await tagsAt(repository, rev, options);
  const selected = modules.filter((module) => modulePath === undefined || module.path === modulePath);
  if (selected.length === 0 && refused.length === 0) {
    throw new ModwharfError("USAGE", "no version tag stands at this commit", {
      subject: `${rev} (${commit.slice(0, 12)})`,
      expected:
        modulePath === undefined ? "at least one tag such as v1.2.3 or sub/v1.2.3" : `a tag of ${modulePath}`,
      fix: "fetch the tags (git fetch --tags) or tag the commit",
    });
  }
  return { modules: selected, cycles, refused };
}
