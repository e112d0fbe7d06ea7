import { ModwharfError } from "../base/errors.ts";
import type { GitlabClient } from "./gitlab-api.ts";
import type { Conversation } from "./platform.ts";
import { type Comment, type CommentStore, createConversation } from "./sticky.ts";

const PER_PAGE = 100;

/** The notes of a merge request. The project is the target's, also when the pipeline runs in a fork. */
export function gitlabConversation(
  client: GitlabClient,
  request: { projectId: string; number: number },
): Conversation {
  return createConversation(gitlabNotes(client, request));
}

function gitlabNotes(
  client: GitlabClient,
  { projectId, number }: { projectId: string; number: number },
): CommentStore {
  const notes = client.MergeRequestNotes;
  return {
    me: async () => String((await client.Users.showCurrentUser()).id),
    async *list() {
      for (let page = 1; ; page++) {
        const found = await notes.all(projectId, number, {
          sort: "asc",
          orderBy: "created_at",
          perPage: PER_PAGE,
          page,
          maxPages: 1,
        });
        // System notes ("changed the title") have no author that writes them.
        for (const note of found) if (!note.system) yield commentOf(note);
        if (found.length < PER_PAGE) return;
      }
    },
    create: (body) => write(() => notes.create(projectId, number, body)),
    update: (id, body) => write(() => notes.edit(projectId, number, id, { body })),
  };
}

function commentOf(note: { id: number; body: string; author: { id: number } }): Comment {
  return { id: note.id, body: note.body, author: String(note.author.id) };
}

/** A project that the token does not see answers 404. */
async function write(call: () => Promise<unknown>): Promise<"done" | "denied"> {
  try {
    await call();
    return "done";
  } catch (error) {
    if (error instanceof ModwharfError && ["REMOTE_AUTH", "REMOTE_NOT_FOUND"].includes(error.code))
      return "denied";
    throw error;
  }
}
