import { detailSection, findingSections, type SourceLink, tableSections } from "./finding-rows.ts";
import { characters, fitSections } from "./fit.ts";
import { inline, link } from "./markdown.ts";
import { countFindings } from "./rank.ts";
import { isBlocked, type Report } from "./report.ts";
import { shorten } from "./shorten.ts";
import { wellFormed } from "./visible.ts";

export interface CommentOptions {
  /** What tells this comment from others of ours on the same request: command, module, configuration. */
  key: string;
  sourceLink?: SourceLink;
  /** The job that says it. */
  runUrl?: string | undefined;
  /** Upper bound in characters. Default 65,536, GitHub's; GitLab takes more. */
  maxCharacters?: number;
}

/** GitHub refuses longer comment bodies. */
export const COMMENT_MAX_CHARACTERS = 65_536;

/**
 * The hidden first line by which a comment of ours is found again. The key is escaped, so that no key can end
 * the HTML comment or be a prefix of another key's marker.
 */
export function commentMarker(key: string): string {
  return `<!-- modwharf:${encodeURIComponent(wellFormed(key)).replace(/[-!'()*~]/g, hex)} -->`;
}

function hex(mark: string): string {
  return `%${mark.charCodeAt(0).toString(16).toUpperCase()}`;
}

/**
 * The report as the body of a sticky comment: marker, one line of verdict, what blocks in sight and everything
 * else folded away. What does not fit is left out from the end, and its number is stated.
 */
export function renderComment(report: Report, options: CommentOptions): string {
  const blocking = report.findings.filter((finding) => finding.blocking);
  const others = report.findings.filter((finding) => !finding.blocking);
  const run = options.runUrl === undefined ? "" : ` · ${link("job", options.runUrl)}`;
  const counted = report.findings.length === 0 ? "" : ` · ${countFindings(report.findings)}`;
  const verdict = isBlocked(report) ? "✖" : "✔";
  const head = [
    commentMarker(options.key),
    `**${verdict} modwharf ${inline(report.command)}**: ${inline(shorten(report.summary))}${counted}${run}`,
  ].join("\n");
  const folded = [
    ...findingSections(others, options.sourceLink),
    ...detailSection(report.findings),
    ...tableSections(report),
  ].map(({ head: title, rows }) => foldedSection(title, rows));
  return fitSections([{ head, rows: [] }, ...findingSections(blocking, options.sourceLink), ...folded], {
    max: options.maxCharacters ?? COMMENT_MAX_CHARACTERS,
    sizeOf: characters,
    overflow: (rows) =>
      `*${rows} more rows did not fit into a comment; the job's summary and report files have all.*`,
  });
}

/** A section behind its own title line, which sections carry as a heading. */
function foldedSection(head: string, rows: readonly string[]) {
  const [title = "", ...rest] = head.split("\n");
  const open = `<details><summary>${title.replace(/^#+ /, "")}</summary>\n`;
  return { head: [open, ...rest.slice(1)].join("\n"), rows, tail: "</details>" };
}

/** The body for a request that had findings and has none any more. */
export function renderResolved(report: Report, options: Pick<CommentOptions, "key" | "runUrl">): string {
  const run = options.runUrl === undefined ? "" : ` · ${link("job", options.runUrl)}`;
  return `${commentMarker(options.key)}\n**✔ modwharf ${inline(report.command)}**: ${inline(shorten(report.summary))}${run}\n`;
}
