import { type GithubApi, githubError, githubStatus } from "./github-api.ts";
import type { Conversation } from "./platform.ts";
import { type Comment, type CommentStore, createConversation } from "./sticky.ts";

/** The comments of a pull request; for the API it is an issue of the same number. */
export function githubConversation(api: GithubApi, number: number): Conversation {
  return createConversation(githubComments(api, number));
}

function githubComments({ octokit, owner, repo }: GithubApi, number: number): CommentStore {
  const { issues } = octokit.rest;
  return {
    me: () => whoAmI(octokit),
    async *list() {
      const pages = octokit.paginate.iterator(issues.listComments, {
        owner,
        repo,
        issue_number: number,
        per_page: 100,
      });
      try {
        for await (const { data } of pages) yield* data.map(commentOf);
      } catch (error) {
        throw githubError(error, "cannot list the pull request's comments", PERMISSION);
      }
    },
    create: (body) => write(() => issues.createComment({ owner, repo, issue_number: number, body })),
    update: (id, body) => write(() => issues.updateComment({ owner, repo, comment_id: id, body })),
  };
}

const PERMISSION = "grant the job `permissions: pull-requests: write`";

function commentOf(comment: { id: number; body?: string; user: { login: string } | null }): Comment {
  return { id: comment.id, body: comment.body ?? "", author: comment.user?.login ?? "" };
}

async function write(call: () => Promise<unknown>): Promise<"done" | "denied"> {
  try {
    await call();
    return "done";
  } catch (error) {
    // A token of a fork's run is read-only: 403; one without the permission may get 404.
    if ([401, 403, 404].includes(githubStatus(error) ?? 0)) return "denied";
    throw githubError(error, "cannot write the pull request's comment", PERMISSION);
  }
}

/** REST says `GET /user` to people only; GraphQL names the bot behind an app's token as well. */
async function whoAmI(octokit: GithubApi["octokit"]): Promise<string> {
  try {
    const { viewer } = await octokit.graphql<{ viewer: { login: string } }>("query { viewer { login } }");
    return viewer.login;
  } catch (error) {
    throw githubError(error, "cannot ask GitHub who this token belongs to");
  }
}
