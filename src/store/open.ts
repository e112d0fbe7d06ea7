import { ModwharfError } from "../base/errors.ts";
import type { HttpClient } from "../base/http.ts";
import type { RetryPolicy } from "../base/retry.ts";
import { FileBackend } from "./file.ts";
import { GitLabBackend } from "./gitlab.ts";
import type { GitLabApi, GitLabCredential } from "./gitlab-api.ts";
import { S3Backend } from "./s3.ts";
import type { S3ClientOptions } from "./s3-client.ts";
import { Store } from "./store.ts";
import { parseStoreUrl, type StoreLocation } from "./store-url.ts";

/** What a store needs to know of the place it is opened in; stores never read the environment themselves. */
export interface StoreContext {
  http: HttpClient;
  /** What relative `file:` paths start from. Absolute. */
  baseDir: string;
  retry?: Partial<RetryPolicy> | undefined;
  /** The GitLab instance of this job or configuration, with its token. */
  gitlab?:
    | {
        /** Such as https://gitlab.example.com/api/v4 */ apiUrl: string;
        token?: GitLabCredential | undefined;
      }
    | undefined;
  /** Overrides of what the AWS SDK finds by itself. */
  aws?: Pick<S3ClientOptions, "region" | "credentials" | "webIdentity"> | undefined;
}

/** Opens a store by its STORE url (DESIGN: the command line); talks to nobody yet. Throws USAGE, NOT_SUPPORTED. */
export function openStore(url: string, context: StoreContext): Store {
  return new Store(backendOf(parseStoreUrl(url, context.baseDir), context), { retry: context.retry });
}

function backendOf(location: StoreLocation, context: StoreContext): FileBackend | S3Backend | GitLabBackend {
  if (location.kind === "file") return new FileBackend(location.root);
  if (location.kind === "s3") {
    const { http, retry, aws } = context;
    return new S3Backend(location, { http, retry, ...aws });
  }
  return new GitLabBackend(gitLabApi(location.host, context), location);
}

function gitLabApi(host: string | undefined, { http, gitlab, retry }: StoreContext): GitLabApi {
  // The job's own instance may live under a path or on http: its address is taken as it is.
  if (gitlab !== undefined && (host === undefined || host === new URL(gitlab.apiUrl).host)) {
    return { http, retry, url: gitlab.apiUrl.replace(/\/+$/, ""), credential: gitlab.token };
  }
  if (host === undefined) {
    throw new ModwharfError("USAGE", "gitlab:group/project names no host outside a GitLab job", {
      fix: "write gitlab://host/group/project, or set CI_API_V4_URL",
    });
  }
  // A job token is of no use to another instance, and none of its business.
  const credential = gitlab?.token?.kind === "job" ? undefined : gitlab?.token;
  return { http, retry, url: `https://${host}/api/v4`, credential };
}
