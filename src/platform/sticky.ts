import { redact } from "../base/redact.ts";
import { commentMarker } from "../report/comment.ts";
import type { Conversation } from "./platform.ts";

/** A comment as a platform lists it. */
export interface Comment {
  id: number;
  body: string;
  /** Login, user name or id: whatever `CommentStore.me` says too. */
  author: string;
}

/** What a platform needs to offer for sticky comments. Refused writes resolve with "denied". */
export interface CommentStore {
  /** Who we are, as comments name their author. */
  me(): Promise<string>;
  /** All comments, oldest first, across pages. */
  list(): AsyncIterable<Comment>;
  create(body: string): Promise<"done" | "denied">;
  update(id: number, body: string): Promise<"done" | "denied">;
}

/**
 * Sticky comments over any platform. Ours is the oldest comment by us whose first line is the key's marker:
 * anyone can copy the marker, so the author is checked too, and nobody else's comment is ever touched.
 */
export function createConversation(store: CommentStore): Conversation {
  return {
    async upsert(key, markdown) {
      const body = withMarker(key, markdown);
      const mine = await findOurs(store, key);
      if (mine === undefined) return (await store.create(body)) === "done" ? "created" : "denied";
      return replace(store, mine, body);
    },
    async resolve(key, markdown) {
      const mine = await findOurs(store, key);
      return mine === undefined ? "absent" : replace(store, mine, withMarker(key, markdown));
    },
  };
}

async function replace(store: CommentStore, mine: Comment, body: string) {
  if (normal(mine.body) === normal(body)) return "unchanged";
  return (await store.update(mine.id, body)) === "done" ? "updated" : "denied";
}

async function findOurs(store: CommentStore, key: string): Promise<Comment | undefined> {
  const marker = commentMarker(key);
  let me: string | undefined;
  for await (const comment of store.list()) {
    if (firstLine(comment.body) !== marker) continue;
    me ??= await store.me();
    if (comment.author === me) return comment;
  }
  return undefined;
}

function withMarker(key: string, markdown: string): string {
  const marker = commentMarker(key);
  const text = redact(markdown);
  return firstLine(text) === marker ? text : `${marker}\n${text}`;
}

function firstLine(text: string): string {
  return text.split(/\r?\n/, 1)[0] ?? "";
}

/** Platforms may store other line ends and trim the end; that is no change. */
function normal(text: string): string {
  return text.replace(/\r\n?/g, "\n").trimEnd();
}
