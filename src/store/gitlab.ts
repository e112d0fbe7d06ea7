import { Readable } from "node:stream";
import { ModwharfError } from "../base/errors.ts";
import { bytesOf, discard, type HttpResponse, statusError } from "../base/http.ts";
import type { Backend, ObjectState, StoredObject } from "./backend.ts";
import type { Content } from "./content.ts";
import { authorizationOf, exchange, type GitLabApi } from "./gitlab-api.ts";
import { fixFor, type GitLabPackage, GitLabPackageFiles, type PackageFile } from "./gitlab-packages.ts";
import { fileOfKey, folderOf, keyOf } from "./keys.ts";
import { LEFTOVER_MS } from "./placement.ts";
import type { StoreFile } from "./store-file.ts";

/** GitLab's rule for the last part of a generic package's file path (Gitlab::Regex.generic_package_file_name_regex). */
const FILE_NAME = /^(?!~)[A-Za-z0-9._\-+~]+(?<!~)$/;

/** How far back racing publishers are looked for: far longer than one takes from `.info` to `list`. */
const RECENT_MS = 15 * 60_000;
/** A bound for the search among a busy registry's newest files. */
const MAX_RECENT_FILES = 2000;
/** GitLab's rows carry milliseconds and its Date header seconds. */
const CLOCK_SLACK_MS = 60_000;

/** What an upload takes of its content: GitLab keeps no headers of ours. */
type UploadContent = Pick<Content, "sizeBytes" | "sha256" | "open">;

interface Upload {
  id: number;
  sha256: string;
}

/**
 * One generic package of one GitLab project as a GOPROXY without a server: file names of a generic package may
 * hold slashes (GitLab 17.1 and later), so `…/packages/generic/goproxy/v0` answers GOPROXY requests.
 *
 * GitLab keeps every upload and serves the newest of a name, so a second upload is not refused but noticed: of
 * two uploads the one with the lower id wins, and the later one's own publisher sees to it that the first is served.
 */
export class GitLabBackend implements Backend {
  readonly guarantee = "detected";
  readonly confirmsUploads = false;
  readonly url: string;
  readonly goproxyUrl: string;
  readonly #api: GitLabApi;
  readonly #files: GitLabPackageFiles;
  #firstUpload: Promise<unknown> = Promise.resolve();

  constructor(api: GitLabApi, location: GitLabPackage) {
    const { project, packageName, packageVersion } = location;
    this.#api = api;
    this.#files = new GitLabPackageFiles(api, location);
    this.goproxyUrl = `${api.url}/projects/${encodeURIComponent(project)}/packages/generic/${packageName}/${packageVersion}`;
    this.url = `gitlab://${new URL(api.url).host}/${project}?package=${packageName}&version=${packageVersion}`;
  }

  keysOf(file: StoreFile): readonly [string] {
    const key = keyOf(file, "escaped");
    const name = key.slice(key.lastIndexOf("/") + 1);
    if (FILE_NAME.test(name)) return [key];
    throw new ModwharfError("NOT_SUPPORTED", "GitLab's package registry has no room for this file name", {
      subject: name,
      expected: "letters, digits and . _ - + ~ (an upper-case letter in a version is escaped with !)",
      fix: "use lower case in the pre-release part of the version",
    });
  }

  fileOf(key: string): StoreFile | undefined {
    return fileOfKey(key, "escaped");
  }

  async get(key: string): Promise<StoredObject | undefined> {
    const response = await this.#download(key);
    if (response === undefined) return undefined;
    const length = response.headers["content-length"];
    return {
      body: response.body,
      revision: revisionOf(response),
      sizeBytes: length === undefined ? undefined : Number(length),
      sha256: response.headers["x-checksum-sha256"],
    };
  }

  async stat(key: string): Promise<ObjectState | undefined> {
    // HEAD fails where GitLab redirects to a signed URL of its object storage: ask for one byte.
    const response = await this.#download(key, { range: "bytes=0-0" });
    if (response === undefined) return undefined;
    discardLarge(response);
    return {
      revision: revisionOf(response),
      sha256: response.headers["x-checksum-sha256"],
      ageMs: () => this.#ageOf(key, serverTime(response)),
    };
  }

  async create(key: string, content: Content): Promise<boolean> {
    // The list is merged and read back by its writer; there the newest upload must win.
    if (this.fileOf(key)?.kind === "list") return this.replace(key, content);
    const before = await this.#download(key, { range: "bytes=0-0" }, true);
    if (before.status !== 404) {
      discardLarge(before);
      return false;
    }
    discard(before);
    const upload = await this.#upload(key, content);
    if (upload === undefined) return false;
    const rival = await this.#earlierRival(key, upload, serverTime(before) - CLOCK_SLACK_MS);
    if (rival === undefined) return true;
    await this.#giveWay(upload, rival);
    return false;
  }

  /** Adds an upload that is served from now on. GitLab cannot compare and swap: callers read back. */
  async replace(key: string, content: Content): Promise<boolean> {
    if ((await this.#upload(key, content)) !== undefined) return true;
    throw new ModwharfError("REMOTE", "GitLab does not let this package's files be replaced", {
      subject: `${this.goproxyUrl}/${key}`,
      expected: "duplicates to be allowed for the store's package, since its list of versions grows",
      fix: "in the group's package settings allow generic duplicates, or add the package's name to the exceptions; deleting list first would break builds that ask in between",
    });
  }

  async *keys(modulePath?: string): AsyncGenerator<string> {
    const folder = modulePath === undefined ? "" : folderOf(modulePath, "escaped");
    const seen = new Set<string>();
    for await (const { name } of this.#files.newestFirst()) {
      if (!name.startsWith(folder) || seen.has(name)) continue;
      seen.add(name);
      yield name;
    }
  }

  async recentVersions(modulePath: string): Promise<string[]> {
    const versions: string[] = [];
    for await (const { name } of this.#recentFiles(RECENT_MS)) {
      const file = this.fileOf(name);
      if (file?.kind === "info" && file.path === modulePath) versions.push(file.version);
    }
    return versions;
  }

  async close(): Promise<void> {}

  async #download(key: string, headers?: Record<string, string>): Promise<HttpResponse | undefined>;
  async #download(key: string, headers: Record<string, string>, absentToo: true): Promise<HttpResponse>;
  async #download(key: string, headers = {}, absentToo = false): Promise<HttpResponse | undefined> {
    const response = await this.#api.http.request(`${this.goproxyUrl}/${key}`, {
      headers: { ...authorizationOf(this.#api.credential), ...headers },
    });
    if (response.status === 200 || response.status === 206) return response;
    if (response.status !== 404) {
      throw await statusError(response, "GitLab refused a download", fixFor(response.status));
    }
    if (absentToo) return response;
    discard(response);
    return undefined;
  }

  /** Uploads the bytes; undefined when the group forbids a second file of that name and there is one. */
  async #upload(key: string, content: UploadContent): Promise<Upload | undefined> {
    if (this.#files.isKnown) return this.#put(key, content);
    // Two first uploads to a new package can both try to create it, and one of them fails: one at a time.
    const turn = this.#firstUpload.then(() => this.#put(key, content));
    this.#firstUpload = turn.catch(() => {});
    return turn;
  }

  #put(key: string, content: UploadContent): Promise<Upload | undefined> {
    const request = {
      method: "PUT",
      headers: { "content-type": "application/octet-stream", "content-length": String(content.sizeBytes) },
      body: () => content.open(),
    } as const;
    return exchange(this.#api, `${this.goproxyUrl}/${key}?select=package_file`, request, async (response) => {
      if (response.status === 200 || response.status === 201) {
        return this.#acknowledged(key, content, response);
      }
      const error = await statusError(response, "GitLab refused an upload", fixFor(response.status));
      // GitLab has no other sign for this than its text.
      if (response.status === 400 && error.actual?.includes("Duplicate package is not allowed"))
        return undefined;
      throw error;
    });
  }

  async #acknowledged(key: string, content: UploadContent, response: HttpResponse): Promise<Upload> {
    const file = parseUpload((await bytesOf(response)).toString("utf8"));
    if (file === undefined) {
      throw new ModwharfError("REMOTE_BAD_ANSWER", "GitLab did not describe the uploaded file", {
        subject: `${this.goproxyUrl}/${key}`,
        expected: "a package_file object (GitLab 17.1 or later)",
      });
    }
    this.#files.know(file.packageId);
    const sha256 = await content.sha256();
    if (file.sha256 === undefined || file.sha256 === sha256) return { id: file.id, sha256 };
    await this.#files.remove(file.id);
    throw new ModwharfError("HASH_MISMATCH", "GitLab stored other bytes than were sent", {
      subject: `${this.goproxyUrl}/${key}`,
      expected: `SHA-256 ${sha256}`,
      actual: file.sha256,
      fix: "run again; if it repeats, something between here and GitLab alters uploads",
    });
  }

  /** The first upload of a name since we looked for it and found none, when it has other content than our own. */
  async #earlierRival(key: string, own: Upload, sinceMs: number): Promise<PackageFile | undefined> {
    let first: PackageFile | undefined;
    for await (const file of this.#files.newestFirst()) {
      if (file.createdAtMs < sinceMs) break;
      if (file.name === key && file.id < own.id) first = file;
    }
    return first?.sha256 === own.sha256 ? undefined : first;
  }

  /** Lets the winner be served: takes our upload back or, where the token may not, uploads the winner's bytes again. */
  async #giveWay(own: Upload, winner: PackageFile): Promise<void> {
    if (await this.#files.remove(own.id)) return;
    const { id, name, sizeBytes, sha256 } = winner;
    const open = () => Readable.from(this.#files.bytesOf(id));
    try {
      await this.#put(name, { sizeBytes, sha256: async () => sha256 ?? "unknown", open });
    } catch (cause) {
      throw new ModwharfError("RACE_LOST", "another publisher uploaded other content at the same time", {
        subject: `${this.goproxyUrl}/${name}`,
        expected: "the earlier upload to be served",
        actual: `ours, which this token may not delete (package file ${own.id})`,
        fix: `let a Maintainer delete package file ${own.id} in the registry project, then run again`,
        cause,
      });
    }
  }

  async #ageOf(key: string, nowMs: number): Promise<number> {
    for await (const file of this.#recentFiles(LEFTOVER_MS + CLOCK_SLACK_MS)) {
      if (file.name === key) return Math.max(0, nowMs - file.createdAtMs);
    }
    return Number.POSITIVE_INFINITY;
  }

  /** Uploads of the last while, by the clock of GitLab's own rows. */
  async *#recentFiles(windowMs: number): AsyncGenerator<PackageFile> {
    let newestMs: number | undefined;
    let count = 0;
    for await (const file of this.#files.newestFirst()) {
      newestMs ??= file.createdAtMs;
      if (file.createdAtMs < newestMs - windowMs || ++count > MAX_RECENT_FILES) return;
      yield file;
    }
  }
}

/** Lets go of an answer whose body may be a whole zip, in case the server does not know ranges. */
function discardLarge(response: HttpResponse): void {
  if (response.status === 206) discard(response);
  else response.body.on("error", () => {}).destroy();
}

function revisionOf({ headers }: HttpResponse): string {
  return headers["x-checksum-sha256"] ?? headers.etag ?? "";
}

/** The server's time; our own when it does not say. */
function serverTime({ headers }: HttpResponse): number {
  const date = Date.parse(headers.date ?? "");
  return Number.isNaN(date) ? Date.now() : date;
}

function parseUpload(
  text: string,
): { id: number; packageId: number; sha256: string | undefined } | undefined {
  try {
    const { id, package_id: packageId, file_sha256: sha256 } = JSON.parse(text) as Record<string, unknown>;
    if (typeof id !== "number" || typeof packageId !== "number") return undefined;
    return { id, packageId, sha256: typeof sha256 === "string" ? sha256 : undefined };
  } catch {
    return undefined;
  }
}
