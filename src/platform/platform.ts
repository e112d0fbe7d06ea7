import type { Finding } from "../report/report.ts";

/** The environment as data; read from the process in main/ only. */
export type Env = Readonly<Record<string, string | undefined>>;

/**
 * What a command needs of the place it runs in: a shell, a GitHub job or a GitLab job. One implementation each,
 * chosen once in main/. Commands never look at CI variables themselves.
 */
export interface Platform {
  readonly name: "shell" | "github" | "gitlab";
  readonly env: Env;
  readonly log: Log;
  /** What triggered this run; every field is undefined where the platform does not say. */
  readonly trigger: Trigger;
  /** Where what this job may talk to is, and with which credentials. */
  readonly services: Services;
  /** Shows findings where the platform's users look at code; within the platform's limits, overflow stated. */
  annotate(findings: readonly Finding[]): Promise<void>;
  /** Adds Markdown to the job's summary page, where there is one. */
  summarize(markdown: string): Promise<void>;
  /** Hands values to later steps or jobs. Names in kebab-case. */
  setOutputs(outputs: Readonly<Record<string, string>>): Promise<void>;
  /** The merge or pull request's conversation; undefined outside one or without a usable credential. */
  conversation(): Promise<Conversation | Unavailable>;
  releases(): Promise<Releases | Unavailable>;
  /**
   * The commit to compare a merge request with: `trigger.mergeRequest.base` where the pipeline says it, asked of
   * the platform where only the target's tip is known. Undefined when neither is possible; use git then.
   */
  mergeRequestBase(): Promise<string | undefined>;
  /** A signed statement of who this job is (OpenID Connect), for the audience of a cloud. */
  idToken(audience: string): Promise<string | Unavailable>;
  /** The platform's cache service; undefined where caches are declared in YAML only (GitLab). */
  readonly cache: CacheService | undefined;
}

/** A capability that this run does not have, with the reason in the user's words. */
export interface Unavailable {
  unavailable: string;
}

/** True for the answer of a capability that this run does not have. */
export function isUnavailable(answer: unknown): answer is Unavailable {
  return typeof answer === "object" && answer !== null && "unavailable" in answer;
}

export interface Log {
  /** One line that a person wants to see. */
  info(line: string): void;
  warn(line: string): void;
  /** Why the command fails; shown even when the log is quiet. Findings are `annotate`'s. */
  error(line: string): void;
  /** What made the command fail. */
  error(line: string): void;
  /** Shown only when the platform's debug switch is on. */
  debug(line: string): void;
  /** A line that replaces the last one on a terminal, nothing in CI. */
  progress(line: string): void;
  /** Lines printed inside `body` can be folded away. */
  group<T>(title: string, body: () => Promise<T>): Promise<T>;
  /** The value never shows in any later output, ours or that of later steps. */
  mask(secret: string): void;
}

export interface Trigger {
  kind: "tag" | "branch" | "merge-request" | "manual" | "other";
  /** Name of the tag that triggered the run. */
  tag?: string | undefined;
  branch?: string | undefined;
  defaultBranch?: string | undefined;
  /** Commit that is checked out, 40 or 64 hexadecimal digits. */
  commit?: string | undefined;
  mergeRequest?: MergeRequest | undefined;
  /** Public URL of this job or run, for links. */
  runUrl?: string | undefined;
  /** Public URL of the repository, for links; without credentials. */
  repositoryUrl?: string | undefined;
}

export interface MergeRequest {
  number: number;
  title: string;
  sourceBranch: string;
  targetBranch: string;
  /**
   * Commit to compare with, where the pipeline says it: the merge base, or the target's tip in a merged-result
   * pipeline, which contains it. GitHub says no base for pull requests: see `Platform.mergeRequestBase`.
   */
  base?: string | undefined;
  /** Tip of the target branch when the run was triggered; may be ahead of the merge base. */
  targetTip?: string | undefined;
  head?: string | undefined;
  /** Comes from another repository, so secrets are absent and tokens read-only. */
  fork: boolean;
  /** Where the target branch can be fetched from when it is not `origin` (fork pipelines on GitLab). */
  targetRepositoryUrl?: string | undefined;
}

export interface Services {
  gitlab?:
    | {
        /** e.g. https://gitlab.example.com/api/v4 */
        apiUrl: string;
        projectId?: string | undefined;
        token?: { kind: "job" | "private" | "deploy"; value: string } | undefined;
      }
    | undefined;
  github?: { apiUrl: string; repository: string; token?: string | undefined } | undefined;
}

/**
 * The comments of one merge or pull request. A comment is ours when its first line is our marker and its author
 * is who we are; "denied" means that the token may not write here (forks, read-only tokens).
 */
export interface Conversation {
  /** Creates or updates our one comment with this key; an equal body writes nothing. */
  upsert(key: string, markdown: string): Promise<"created" | "updated" | "unchanged" | "denied">;
  /** Replaces our comment, when there is one, by the text for a clean state. */
  resolve(key: string, markdown: string): Promise<"updated" | "unchanged" | "absent" | "denied">;
}

export interface Releases {
  /** Creates the release of an existing tag, or updates the part of its notes between our markers. */
  upsert(release: {
    tag: string;
    title: string;
    notes: string;
    prerelease: boolean;
  }): Promise<{ url: string; status: "created" | "updated" | "unchanged" }>;
}

export interface CacheService {
  /** Restores the newest entry whose key equals the first or starts with one of the others; its key, or undefined. */
  restore(paths: readonly string[], key: string, prefixes: readonly string[]): Promise<string | undefined>;
  /**
   * Saves an entry; "exists" when the key is taken or being saved by another job, "denied" when this run may not
   * write, "failed" when the service did not answer. A cache is never worth a red job, so none of these throws.
   */
  save(paths: readonly string[], key: string): Promise<"saved" | "exists" | "denied" | "failed">;
}
