import { messageOf } from "../base/errors.ts";
import { renderComment, renderResolved } from "../report/comment.ts";
import type { Report } from "../report/report.ts";
import { type Conversation, isUnavailable, type Platform } from "./platform.ts";
import { sourceLinkOf } from "./source-link.ts";

export type CommentOutcome =
  | "created"
  | "updated"
  | "unchanged"
  | "absent"
  | "denied"
  | "unavailable"
  | "failed";

/**
 * Keeps one comment about this report on the merge or pull request: created with the first finding, updated when
 * the report changes, and marked as resolved when there is none any more. Where commenting is not possible the
 * reason goes to the log; the job summary and the report files carry the report anyway, so nothing throws.
 */
export async function publishComment(
  platform: Platform,
  report: Report,
  key: string,
): Promise<CommentOutcome> {
  try {
    const conversation = await platform.conversation();
    if (isUnavailable(conversation)) {
      platform.log.info(`no comment: ${conversation.unavailable}`);
      return "unavailable";
    }
    const outcome = await write(conversation, platform, { report, key });
    if (outcome === "denied") {
      const fork = platform.trigger.mergeRequest?.fork ? ", as usual for a fork" : "";
      platform.log.warn(`no comment: the token may not write here${fork}; see the job's summary and log`);
    }
    return outcome;
  } catch (error) {
    platform.log.warn(`no comment: ${messageOf(error)}`);
    return "failed";
  }
}

async function write(
  conversation: Conversation,
  platform: Platform,
  { report, key }: { report: Report; key: string },
) {
  // No link to the run: an equal report must make an equal comment, and every run has another address.
  if (report.findings.length === 0) return conversation.resolve(key, renderResolved(report, { key }));
  const sourceLink = sourceLinkOf(platform);
  const markdown = renderComment(report, {
    key,
    ...(sourceLink === undefined ? {} : { sourceLink }),
  });
  return conversation.upsert(key, markdown);
}
