import { createHash, randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { answer, answerJson, bodyOf, startServer } from "./http-fixture.ts";

/*
 * GitHub's cache service, protocol v2, in memory: the three twirp calls of github.actions.results.api.v1 as JSON,
 * and a blob store with the part of Azure's protocol that @actions/cache uses (Put Blob, Put Block, Put Block List,
 * Get Blob with ranges, Get Blob Properties). Strict: a wrong header, signature, size or order is refused and
 * stands in `violations`. Set ACTIONS_RESULTS_URL to `url` with a final slash.
 */
export interface CacheServer {
  url: string;
  token: string;
  /** Finished entries, oldest first. */
  entries: CacheEntry[];
  violations: string[];
  log: string[];
  mode: "writable" | "read-only" | "refusing" | "unfinished";
  /** Serves archives cut in half, as a broken download does. */
  truncates: boolean;
  /** What a step of a job gets to see. */
  env: Record<string, string>;
  close(): Promise<void>;
}

export interface CacheEntry {
  id: number;
  key: string;
  version: string;
  archive: Buffer;
}

interface Upload {
  id: number;
  key: string;
  version: string;
  blob: string;
}

interface State {
  server: CacheServer;
  uploads: Upload[];
  blobs: Map<string, Buffer>;
  blocks: Map<string, Map<string, Buffer>>;
  signature: string;
}

const SERVICE = "/twirp/github.actions.results.api.v1.CacheService/";

export async function startCacheServer(tls?: { cert: string; key: string }): Promise<CacheServer> {
  const server: CacheServer = {
    url: "",
    token: "runtime-token-for-the-cache",
    entries: [],
    violations: [],
    log: [],
    mode: "writable",
    truncates: false,
    env: {},
    close: async () => {},
  };
  const state: State = {
    server,
    uploads: [],
    blobs: new Map(),
    blocks: new Map(),
    signature: createHash("sha256").update(randomUUID()).digest("hex"),
  };
  const http = await startServer(async (request, response) => {
    const [path = ""] = (request.url ?? "").split("?");
    server.log.push(`${request.method} ${path}`);
    try {
      if (path.startsWith(SERVICE)) await twirp(state, request, response);
      else await blob(state, request, response);
    } catch (error) {
      server.violations.push(`${request.method} ${path}: ${(error as Error).message}`);
      answerJson(response, 400, { code: "invalid_argument", msg: (error as Error).message });
    }
  }, tls);
  server.url = http.url;
  server.close = http.close;
  server.env = {
    ACTIONS_CACHE_SERVICE_V2: "true",
    ACTIONS_RESULTS_URL: `${http.url}/`,
    ACTIONS_RUNTIME_TOKEN: server.token,
  };
  return server;
}

async function twirp(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { server } = state;
  must(request.method === "POST", "twirp calls are POST");
  must(request.headers["content-type"] === "application/json", "twirp calls are JSON");
  if (request.headers.authorization !== `Bearer ${server.token}`) {
    answerJson(response, 401, { code: "unauthenticated", msg: "invalid token" });
    return;
  }
  const body = JSON.parse((await bodyOf(request)).toString("utf8")) as Record<string, unknown>;
  const call = request.url!.slice(SERVICE.length);
  if (call === "CreateCacheEntry") return create(state, body, response);
  if (call === "FinalizeCacheEntryUpload") return finalize(state, body, response);
  must(call === "GetCacheEntryDownloadURL", `unknown call ${call}`);
  lookUp(state, body, response);
}

function identity(body: Record<string, unknown>): { key: string; version: string } {
  const { key, version } = body;
  must(typeof key === "string" && key !== "" && key.length <= 512 && !key.includes(","), "key");
  must(typeof version === "string" && /^[0-9a-f]{64}$/.test(version), "version is a sha256");
  return { key, version };
}

function create(state: State, body: Record<string, unknown>, response: ServerResponse): void {
  const { server } = state;
  const { key, version } = identity(body);
  if (server.mode === "refusing") {
    answerJson(response, 400, { code: "malformed", msg: "the service has a bad day" });
    return;
  }
  if (server.mode === "read-only") {
    const message = "cache write denied: the token of this run is scoped to reads";
    answerJson(response, 200, { ok: false, signed_upload_url: "", message });
    return;
  }
  const same = (each: { key: string; version: string }) => each.key === key && each.version === version;
  if (server.entries.some(same) || state.uploads.some(same)) {
    const msg = "cache entry with the same key, version, and scope already exists";
    answerJson(response, 409, { code: "already_exists", msg });
    return;
  }
  const upload = { id: state.uploads.length + server.entries.length + 1, key, version, blob: randomUUID() };
  state.uploads.push(upload);
  answerJson(response, 200, { ok: true, signed_upload_url: signed(state, upload.blob), message: "" });
}

function finalize(state: State, body: Record<string, unknown>, response: ServerResponse): void {
  const { key, version } = identity(body);
  const index = state.uploads.findIndex((each) => each.key === key && each.version === version);
  must(index !== -1, "finalize without create");
  const [upload] = state.uploads.splice(index, 1);
  const archive = state.blobs.get(upload!.blob);
  must(archive !== undefined, "finalize before the upload ended");
  if (state.server.mode === "unfinished") {
    answerJson(response, 200, { ok: false, entry_id: "0", message: "the entry could not be finished" });
    return;
  }
  must(String(archive.length) === String(body.size_bytes), "size_bytes differs from the upload");
  state.server.entries.push({ id: upload!.id, key, version, archive });
  answerJson(response, 200, { ok: true, entry_id: String(upload!.id), message: "" });
}

function lookUp(state: State, body: Record<string, unknown>, response: ServerResponse): void {
  const { key, version } = identity(body);
  const prefixes = (body.restore_keys ?? []) as string[];
  must(Array.isArray(prefixes) && prefixes.length <= 9, "at most ten keys");
  const newest = state.server.entries.filter((entry) => entry.version === version).reverse();
  const found =
    newest.find((entry) => entry.key === key) ??
    prefixes
      .map((prefix) => newest.find((entry) => entry.key.startsWith(prefix)))
      .find((entry) => entry !== undefined);
  if (found === undefined) {
    answerJson(response, 200, { ok: false, signed_download_url: "", matched_key: "" });
    return;
  }
  const name = `entry-${found.id}`;
  state.blobs.set(name, found.archive);
  answerJson(response, 200, { ok: true, signed_download_url: signed(state, name), matched_key: found.key });
}

function signed(state: State, name: string): string {
  return `${state.server.url}/account/actions-cache/${name}?sv=2024&sig=${state.signature}`;
}

async function blob(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url!, "http://blob");
  const name = /^\/account\/actions-cache\/([\w-]+)$/.exec(url.pathname)?.[1];
  must(name !== undefined, "unknown path");
  if (url.searchParams.get("sig") !== state.signature) {
    answer(response, 403, "AuthenticationFailed");
    return;
  }
  must(request.headers.authorization === undefined, "the runtime token must not reach the blob store");
  if (request.method === "PUT") return put(state, { name, url, request, response });
  const bytes = state.blobs.get(name);
  if (bytes === undefined) return answer(response, 404, "BlobNotFound");
  const served = state.server.truncates ? bytes.subarray(0, bytes.length / 2) : bytes;
  get(served, request, response);
}

function get(bytes: Buffer, request: IncomingMessage, response: ServerResponse): void {
  const common = { "content-type": "application/octet-stream", "accept-ranges": "bytes", etag: '"1"' };
  const range = request.headers.range ?? (request.headers["x-ms-range"] as string | undefined);
  const [, from = "", to = ""] = /^bytes=(\d+)-(\d*)$/.exec(range ?? "") ?? [];
  if (from === "") {
    answer(response, 200, bytes, common);
    return;
  }
  const last = Math.min(to === "" ? Number.POSITIVE_INFINITY : Number(to), bytes.length - 1);
  answer(response, 206, bytes.subarray(Number(from), last + 1), {
    ...common,
    "content-range": `bytes ${from}-${last}/${bytes.length}`,
  });
}

interface Put {
  name: string;
  url: URL;
  request: IncomingMessage;
  response: ServerResponse;
}

async function put(state: State, { name, url, request, response }: Put): Promise<void> {
  must(request.headers["x-ms-version"] !== undefined, "x-ms-version is missing");
  const body = await bodyOf(request);
  must(body.length === Number(request.headers["content-length"]), "content-length differs from the body");
  const comp = url.searchParams.get("comp");
  if (comp === "block") {
    const id = url.searchParams.get("blockid") ?? "";
    must(id !== "", "blockid is missing");
    const blocks = state.blocks.get(name) ?? new Map<string, Buffer>();
    state.blocks.set(name, blocks.set(id, body));
  } else if (comp === "blocklist") {
    const ids = [...body.toString("utf8").matchAll(/<Latest>([^<]+)<\/Latest>/g)].map((match) => match[1]!);
    const blocks = ids.map((id) => state.blocks.get(name)?.get(id));
    must(
      ids.length > 0 && blocks.every((block) => block !== undefined),
      "the list names a block that is not there",
    );
    state.blobs.set(name, Buffer.concat(blocks as Buffer[]));
  } else {
    must(
      comp === null && request.headers["x-ms-blob-type"] === "BlockBlob",
      "x-ms-blob-type must be BlockBlob",
    );
    state.blobs.set(name, body);
  }
  const now = new Date().toUTCString();
  answer(response, 201, "", {
    etag: '"1"',
    "last-modified": now,
    date: now,
    "x-ms-request-id": randomUUID(),
  });
}

function must(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(what);
}
