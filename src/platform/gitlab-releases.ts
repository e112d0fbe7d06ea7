import { ModwharfError } from "../base/errors.ts";
import type { GitlabClient } from "./gitlab-api.ts";
import type { Releases } from "./platform.ts";
import { sameNotes, withSection } from "./release-notes.ts";

/** Releases of a project. GitLab has no pre-releases, and without a `ref` it creates none for an absent tag. */
export function gitlabReleases(client: GitlabClient, projectId: string): Releases {
  const releases = client.ProjectReleases;
  return {
    async upsert({ tag, title, notes }) {
      const found = await releases.show(projectId, tag).catch((error: unknown) => {
        if (error instanceof ModwharfError && error.code === "REMOTE_NOT_FOUND") return undefined;
        throw error;
      });
      if (found === undefined) {
        const description = withSection("", notes);
        const made = await releases
          .create(projectId, { tagName: tag, name: title, description })
          .catch((error: unknown) => {
            throw notCreated(tag, error);
          });
        return { url: urlOf(made), status: "created" };
      }
      const existing = found.description ?? "";
      const description = withSection(existing, notes);
      if (sameNotes(existing, description)) return { url: urlOf(found), status: "unchanged" };
      await releases.edit(projectId, tag, { description });
      return { url: urlOf(found), status: "updated" };
    },
  };
}

function notCreated(tag: string, error: unknown): unknown {
  if (!(error instanceof ModwharfError) || error.code !== "REMOTE") return error;
  return new ModwharfError("REMOTE", "GitLab did not create the release", {
    subject: tag,
    actual: error.actual,
    fix: "check that the tag is pushed: an absent tag gets no release",
    cause: error,
  });
}

function urlOf(release: { _links?: { self?: unknown } }): string {
  const url = release._links?.self;
  return typeof url === "string" ? url : "";
}
