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
  /** The platform's cache service; undefined where caches are declared in YAML only (GitLab). */
  readonly cache: CacheService | undefined;
}

/** A capability that this run does not have, with the reason in the user's words. */
export interface Unavailable {
  unavailable: string;
}

export interface Log {
  /** One line that a person wants to see. */
  info(line: string): void;
  warn(line: string): void;
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
  /** Commit to compare with: the merge base, or the target's tip in a merged-result pipeline. */
  base?: string | undefined;
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

/** The comments of one merge or pull request. */
export interface Conversation {
  /** Creates or updates our one comment with this key; an equal body writes nothing. */
  upsert(key: string, markdown: string): Promise<"created" | "updated" | "unchanged">;
  /** Replaces our comment, when there is one, by the text for a clean state. */
  resolve(key: string, markdown: string): Promise<"updated" | "unchanged" | "absent">;
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
  /** Saves an entry; "exists" when the key is taken, "denied" when this run may not write. */
  save(paths: readonly string[], key: string): Promise<"saved" | "exists" | "denied">;
}
