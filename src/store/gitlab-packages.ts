import type { Packages } from "@gitbeaker/rest";
import { ModwharfError } from "../base/errors.ts";
import { statusError } from "../base/http.ts";
import { authorizationOf, type GitLabApi, packagesOf } from "./gitlab-api.ts";

/** The one generic package that holds the store's files. */
export interface GitLabPackage {
  project: string;
  packageName: string;
  packageVersion: string;
}

/** One upload; several may have the same name, of which GitLab serves the one with the highest id. */
export interface PackageFile {
  id: number;
  /** Decoded: the key. */
  name: string;
  createdAtMs: number;
  sizeBytes: number;
  sha256: string | undefined;
}

const PAGE_SIZE = 100;

/** Listing and deleting the files of the store's package, by @gitbeaker/rest. */
export class GitLabPackageFiles {
  readonly #api: GitLabApi;
  readonly #package: GitLabPackage;
  #resource: Promise<Packages> | undefined;
  #packageId: number | undefined;

  constructor(api: GitLabApi, gitlabPackage: GitLabPackage) {
    this.#api = api;
    this.#package = gitlabPackage;
  }

  /** True once the package was seen or created: only its very first upload can collide with another one. */
  get isKnown(): boolean {
    return this.#packageId !== undefined;
  }

  /** Saves looking the package up after an upload that named it. */
  know(packageId: number): void {
    this.#packageId = packageId;
  }

  /**
   * All uploads, newest first, a page at a time and only as far as the caller reads; nothing when there is no
   * package yet. Uploads during the walk may repeat an entry, never hide one.
   */
  async *newestFirst(): AsyncGenerator<PackageFile> {
    const packageId = await this.#find();
    if (packageId === undefined) return;
    const packages = await this.#packages();
    for (let page = 1; ; page++) {
      // GitLab knows order and page; gitbeaker's types do not.
      const options = { orderBy: "id", sort: "desc", perPage: PAGE_SIZE, page } as object;
      const files = await packages.allFiles(this.#package.project, packageId, options);
      yield* files.map(packageFileOf);
      if (files.length < PAGE_SIZE) return;
    }
  }

  /** Deletes one upload, so that the one before it is served again; false when the token may not. */
  async remove(fileId: number): Promise<boolean> {
    const packages = await this.#packages();
    try {
      await packages.removeFile(this.#package.project, (await this.#find())!, fileId);
      return true;
    } catch (error) {
      if (error instanceof ModwharfError && error.code === "REMOTE_AUTH") return false;
      throw error;
    }
  }

  /** An upload by its id, also one that a later upload of its name hides. GitLab 18 and later. Throws as `statusError`. */
  async *bytesOf(fileId: number): AsyncGenerator<Buffer> {
    const { project } = this.#package;
    const place = `packages/${await this.#find()}/package_files/${fileId}/download`;
    const response = await this.#api.http.request(
      `${this.#api.url}/projects/${encodeURIComponent(project)}/${place}`,
      { headers: authorizationOf(this.#api.credential) },
    );
    if (response.status !== 200) {
      throw await statusError(
        response,
        "GitLab refused the download of a package file",
        fixFor(response.status),
      );
    }
    yield* response.body;
  }

  async #find(): Promise<number | undefined> {
    if (this.#packageId !== undefined) return this.#packageId;
    const { project, packageName, packageVersion } = this.#package;
    const packages = await this.#packages();
    // gitbeaker's types lack both the package type and the filter by version.
    const filter = { packageType: "generic", packageName, packageVersion } as object;
    const found = await packages.all({ projectId: project, ...filter });
    // GitLab's filter by name is a fuzzy search.
    this.#packageId = found.find(
      (entry) => entry.name === packageName && entry.version === packageVersion,
    )?.id;
    return this.#packageId;
  }

  #packages(): Promise<Packages> {
    this.#resource ??= packagesOf(this.#api, fixFor);
    return this.#resource;
  }
}

function packageFileOf(file: {
  id: number;
  file_name: string;
  created_at: string;
  size: number;
}): PackageFile {
  const sha256 = (file as { file_sha256?: unknown }).file_sha256;
  return {
    id: file.id,
    name: decodeURIComponent(file.file_name),
    createdAtMs: Date.parse(file.created_at),
    sizeBytes: file.size,
    sha256: typeof sha256 === "string" ? sha256 : undefined,
  };
}

/** What mends a refusal by GitLab's package registry. */
export function fixFor(status: number): string | undefined {
  if (status === 401) {
    return "give a token: in a job CI_JOB_TOKEN, elsewhere MODWHARF_GITLAB_TOKEN with scope api (or a deploy token with write_package_registry)";
  }
  if (status === 403) {
    return "the token's user needs the Developer role in the registry project; a job token also needs the publishing project on that project's job-token allowlist; a protected package or a package quota refuses too";
  }
  if (status === 404) {
    return "check the project's path; GitLab says 404 as well when the token's user is no member, when the publishing project is missing on the job-token allowlist, or when the package registry is switched off";
  }
  if (status === 413) {
    return "raise the instance's limit for generic packages, or the front proxy's body limit";
  }
  return undefined;
}
