import { ModwharfError } from "../base/errors.ts";
import { type GithubApi, githubError, githubStatus } from "./github-api.ts";
import type { Releases } from "./platform.ts";
import { sameNotes, withSection } from "./release-notes.ts";

type Release = Parameters<Releases["upsert"]>[0];

const PERMISSION = "grant the job `permissions: contents: write`";

/** Releases of the job's repository. */
export function githubReleases(api: GithubApi): Releases {
  return {
    async upsert(release) {
      try {
        return (await update(api, release)) ?? (await create(api, release));
      } catch (error) {
        throw githubError(error, `cannot write the release of ${release.tag}`, PERMISSION);
      }
    },
  };
}

/** Updates the release when there is one; undefined when there is none. */
async function update({ octokit, owner, repo }: GithubApi, release: Release) {
  const { repos } = octokit.rest;
  const found = await orAbsent(repos.getReleaseByTag({ owner, repo, tag: release.tag }));
  if (found === undefined) return undefined;
  const { id, html_url: url, body } = found.data;
  const notes = withSection(body ?? "", release.notes);
  if (sameNotes(body ?? "", notes)) return { url, status: "unchanged" as const };
  await repos.updateRelease({ owner, repo, release_id: id, body: notes });
  return { url, status: "updated" as const };
}

async function create({ octokit, owner, repo }: GithubApi, release: Release) {
  const { git, repos } = octokit.rest;
  // Creating a release for a tag that does not exist would create the tag, on whatever commit is newest.
  const tag = await orAbsent(git.getRef({ owner, repo, ref: `tags/${release.tag}` }));
  if (tag === undefined) {
    throw new ModwharfError("REMOTE_NOT_FOUND", "the tag is not on GitHub, so it cannot have a release", {
      subject: release.tag,
      fix: "push the tag first",
    });
  }
  try {
    const { data } = await repos.createRelease({
      owner,
      repo,
      tag_name: release.tag,
      name: release.title,
      body: withSection("", release.notes),
      prerelease: release.prerelease,
      // By date and semantic version: a backport or a nested module must not become "latest".
      make_latest: "legacy",
    });
    return { url: data.html_url, status: "created" as const };
  } catch (error) {
    // Another job was faster.
    const updated = githubStatus(error) === 422 ? await update({ octokit, owner, repo }, release) : undefined;
    if (updated === undefined) throw error;
    return updated;
  }
}

async function orAbsent<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (githubStatus(error) === 404) return undefined;
    throw error;
  }
}
