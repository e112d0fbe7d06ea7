import type { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import { Agents } from "./agents.ts";
import type { ConnectionSettings } from "./connection.ts";
import { decoded } from "./content-encoding.ts";
import { ModwharfError, messageOf } from "./errors.ts";
import { percentDecoded } from "./percent-decoding.ts";
import { addSecret, publicUrl, redact } from "./redact.ts";
import { isTransientError, pause, type RetryPolicy, retryDelayMs } from "./retry.ts";

export interface HttpClientOptions {
  connection: ConnectionSettings;
  userAgent: string;
  /** Sockets per origin. Default 32. */
  connections?: number;
  /** From the request to the response's headers, and between two chunks of its body. Default 60 000. */
  timeoutMs?: number;
  retry?: Partial<RetryPolicy>;
  /** Ends the wait for another attempt, which may be minutes. */
  signal?: AbortSignal;
}

export interface HttpRequest {
  method?: "GET" | "HEAD" | "PUT" | "POST" | "DELETE" | "PATCH" | "PROPFIND";
  headers?: Readonly<Record<string, string>>;
  /** Headers that are secret: sent to the URL's own origin only, never to where it redirects. */
  credentials?: Readonly<Record<string, string>>;
  /** Bytes, or a function that opens a fresh stream for each attempt; its length goes in `content-length`. */
  body?: string | Uint8Array | (() => Readable);
  /** False for requests that must not be repeated; default true, since all of ours are idempotent. */
  retry?: boolean;
  /** Redirects followed at most; credentials are dropped when the host changes. Default 10. */
  maxRedirects?: number;
  signal?: AbortSignal;
}

export interface HttpResponse {
  status: number;
  /** Names in lower case; of repeated headers the first. */
  headers: Readonly<Record<string, string>>;
  /** Must be read or destroyed, else its socket stays taken. */
  body: Readable;
  /** The URL that answered, after redirects. May carry signatures: redact before printing. */
  url: string;
}

const CREDENTIAL_HEADERS = ["authorization", "cookie", "private-token", "job-token", "deploy-token"];

/**
 * The one HTTP client: pooled connections through undici, proxies and CA bundles honoured, retries with
 * backoff and Retry-After on transient failures only. Status codes are the caller's to judge.
 */
export class HttpClient {
  readonly #options: HttpClientOptions;
  #agents: Promise<Agents> | undefined;

  constructor(options: HttpClientOptions) {
    this.#options = options;
  }

  /**
   * Sends a request; transient failures (408, 429, 5xx, resets, timeouts) are tried again. Resolves with the
   * last response whatever its status. Throws REMOTE_UNREACHABLE when no attempt got an answer.
   */
  async request(url: string | URL, request: HttpRequest = {}): Promise<HttpResponse> {
    const policy = this.#options.retry;
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#follow(new URL(url), request).then(
        (response) => ({ response, error: undefined }),
        (error: unknown) => ({ response: undefined, error }),
      );
      request.signal?.throwIfAborted();
      const delayMs = request.retry === false ? undefined : retryDelayMs({ attempt, ...outcome }, policy);
      if (delayMs === undefined) {
        if (outcome.response !== undefined) return outcome.response;
        throw unreachable(url, outcome.error, attempt);
      }
      if (outcome.response !== undefined) discard(outcome.response);
      const signal = request.signal ?? this.#options.signal;
      signal?.throwIfAborted();
      await pause(delayMs, policy, signal);
    }
  }

  async #follow(url: URL, request: HttpRequest): Promise<HttpResponse> {
    let target = url;
    const open = { "user-agent": this.#options.userAgent, ...request.headers };
    let headers: Record<string, string> = { ...open, ...request.credentials };
    for (let hops = request.maxRedirects ?? 10; ; hops--) {
      const response = await this.#once(target, { ...request, headers });
      const location = response.headers.location;
      const redirects = [301, 302, 303, 307, 308].includes(response.status) && location !== undefined;
      const replayable =
        request.method === undefined ||
        request.method === "GET" ||
        request.method === "HEAD" ||
        response.status >= 307;
      if (!redirects || !replayable || hops <= 0) return response;
      discard(response);
      const next = new URL(location, target);
      if (target.protocol === "https:" && next.protocol !== "https:") throw insecureRedirect(target, next);
      if (next.origin !== target.origin) headers = withoutCredentials(open);
      else if (next.username === "" && next.password === "") withUserInfo(next, target);
      target = next;
    }
  }

  async #once(url: URL, request: HttpRequest): Promise<HttpResponse> {
    this.#agents ??= this.#open();
    const agents = await this.#agents;
    const body = typeof request.body === "function" ? request.body() : request.body;
    const sent = await agents.undici.request(withoutUserInfo(url), {
      dispatcher: agents.for(url),
      method: (request.method ?? "GET") as Dispatcher.HttpMethod,
      headers: { "accept-encoding": "identity", ...basicFrom(url), ...request.headers },
      ...(body === undefined ? {} : { body }),
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    });
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(sent.headers)) {
      if (value !== undefined) headers[name] = Array.isArray(value) ? value[0]! : value;
    }
    return plain({ status: sent.statusCode, headers, body: sent.body, url: url.href }, request.method);
  }

  /** undici is loaded with the first request: the command line starts without it. */
  async #open(): Promise<Agents> {
    const { connection, connections = 32, timeoutMs = 60_000 } = this.#options;
    return new Agents(await import("./undici.ts"), connection, { connections, timeoutMs });
  }

  /** Closes all connections; the process ends sooner. */
  async close(): Promise<void> {
    const agents = this.#agents;
    this.#agents = undefined;
    await (await agents?.catch(() => undefined))?.close();
  }
}

/** The response with its body decoded; what speaks of the encoded bytes is gone from its headers. */
function plain(response: HttpResponse, method: HttpRequest["method"]): HttpResponse {
  const { "content-encoding": encoding = "identity", "content-length": _, ...headers } = response.headers;
  const bodiless = method === "HEAD" || response.status === 204 || response.status === 304;
  if (encoding === "identity" || encoding === "" || bodiless) return response;
  return { ...response, headers, body: decoded(response.body, encoding) };
}

/** Reading so much away costs less than another connection would. */
const DISCARDED_BYTES = 256 * 1024;

/** Lets go of a response that nobody reads, so that its socket serves the next request; a long one loses its socket. */
export function discard({ body }: HttpResponse): void {
  let bytes = 0;
  // An error while throwing the rest away concerns nobody: the socket is dropped with it.
  body.on("error", () => {});
  body.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > DISCARDED_BYTES) body.destroy();
  });
}

/** A response's body as bytes; more than `maxBytes` is REMOTE_BAD_ANSWER. Default limit 16 MiB. */
export async function bytesOf(response: HttpResponse, maxBytes = 16 * 1024 * 1024): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response.body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) {
      response.body.destroy();
      throw new ModwharfError("REMOTE_BAD_ANSWER", "the answer is too large", {
        subject: redact(response.url),
        expected: `at most ${maxBytes} bytes`,
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The project's error for an unwelcome status; reads a little of the body for the message. */
export async function statusError(
  response: HttpResponse,
  what: string,
  fix?: string,
): Promise<ModwharfError> {
  const said = await bytesOf(response, 64 * 1024).then(
    (bytes) => redact(bytes.toString("utf8")).replace(/\s+/g, " ").trim().slice(0, 300),
    () => "",
  );
  const auth = response.status === 401 || response.status === 403;
  const absent = response.status === 404 || response.status === 410;
  return new ModwharfError(auth ? "REMOTE_AUTH" : absent ? "REMOTE_NOT_FOUND" : "REMOTE", what, {
    subject: redact(response.url),
    expected: "a 2xx answer",
    actual: said === "" ? `${response.status}` : `${response.status}: ${said}`,
    fix: fix ?? (auth ? "check that a credential is set for this host and that it may do this" : undefined),
  });
}

function unreachable(url: string | URL, error: unknown, attempts: number): ModwharfError {
  if (error instanceof ModwharfError) return error;
  return new ModwharfError("REMOTE_UNREACHABLE", "no answer from the server", {
    subject: redact(String(url)),
    actual: `${reasonOf(error)}${attempts > 1 ? ` after ${attempts} attempts` : ""}`,
    fix: "check the address, the proxy settings (HTTPS_PROXY, NO_PROXY) and the CA bundle (SSL_CERT_FILE)",
    cause: error,
  });
}

/**
 * A connection's failure as ours, for those that break off in the middle of an answer while somebody reads it.
 * Undefined for anything else.
 */
export function asRemoteError(error: unknown): ModwharfError | undefined {
  if (!isTransientError(error)) return undefined;
  return new ModwharfError("REMOTE_UNREACHABLE", "the connection broke in the middle of an answer", {
    actual: reasonOf(error),
    fix: "run again",
    cause: error,
  });
}

/** The system's code, and undici's own messages, whose codes say less (a proxy's 407 is UND_ERR_ABORTED). */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  const message = redact(messageOf(cause));
  if (code === undefined || message === "") return code ?? message;
  return code.startsWith("UND_ERR_") ? `${message} (${code})` : code;
}

/** What was asked for over TLS is not taken from a plain connection, whoever says so. */
function insecureRedirect(from: URL, to: URL): ModwharfError {
  return new ModwharfError("REMOTE_BAD_ANSWER", "redirected from a secure URL to an insecure one", {
    subject: publicUrl(from.href),
    expected: "an https URL",
    actual: publicUrl(to.href),
  });
}

function withoutUserInfo(url: URL): URL {
  const clean = new URL(url);
  clean.username = "";
  clean.password = "";
  return clean;
}

function withUserInfo(url: URL, { username, password }: URL): void {
  url.username = username;
  url.password = password;
}

function basicFrom(url: URL): Record<string, string> {
  if (url.username === "" && url.password === "") return {};
  const password = percentDecoded(url.password);
  addSecret(password);
  const pair = `${percentDecoded(url.username)}:${password}`;
  return { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}

function withoutCredentials(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !CREDENTIAL_HEADERS.includes(name.toLowerCase())),
  );
}
