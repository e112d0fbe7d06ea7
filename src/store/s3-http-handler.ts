import type { Readable } from "node:stream";
import type { HttpClient, HttpRequest } from "../base/http.ts";

/** The parts of the AWS SDK's request that matter here (smithy's HttpRequest). */
interface SdkRequest {
  method: string;
  protocol: string;
  hostname: string;
  port?: number;
  path: string;
  query: Record<string, string | string[] | null | undefined>;
  headers: Record<string, string>;
  body?: Readable | Uint8Array | string | undefined;
}

interface SdkResponse {
  statusCode: number;
  headers: Record<string, string>;
  body: Readable;
}

/** Headers that undici sets itself or refuses; SigV4 signs none of them. */
const HOP_HEADERS = new Set(["expect", "connection", "transfer-encoding", "keep-alive"]);

/**
 * Sends the AWS SDK's requests through the project's one HTTP client, so that proxies, CA bundles and timeouts
 * hold for S3 and for the SDK's own STS and SSO clients alike. Retries stay with the caller: a request must be
 * signed anew (and its stream reopened) for each attempt.
 */
export class SdkHttpHandler {
  readonly metadata = { handlerProtocol: "http/1.1" };
  readonly #http: HttpClient;
  #clockOffsetMs = 0;

  constructor(http: HttpClient) {
    this.#http = http;
  }

  /** Now by the clock of the server that answered last. */
  serverNowMs(): number {
    return Date.now() + this.#clockOffsetMs;
  }

  async handle(
    request: SdkRequest,
    options: { abortSignal?: unknown } = {},
  ): Promise<{ response: SdkResponse }> {
    const { body } = request;
    const sent: HttpRequest = {
      method: request.method as NonNullable<HttpRequest["method"]>,
      headers: Object.fromEntries(
        Object.entries(request.headers).filter(([name]) => !HOP_HEADERS.has(name.toLowerCase())),
      ),
      retry: false,
      maxRedirects: 0,
      ...(body === undefined ? {} : { body: isBytes(body) ? body : () => body }),
      ...(options.abortSignal instanceof AbortSignal ? { signal: options.abortSignal } : {}),
    };
    const response = await this.#http.request(urlOf(request), sent);
    const date = Date.parse(response.headers.date ?? "");
    if (!Number.isNaN(date)) this.#clockOffsetMs = date - Date.now();
    return {
      response: { statusCode: response.status, headers: { ...response.headers }, body: response.body },
    };
  }

  /** Part of the SDK's interface; the connections belong to the HTTP client. */
  destroy(): void {}
  updateHttpClientConfig(): void {}
  httpHandlerConfigs(): Record<string, never> {
    return {};
  }
}

function isBytes(body: Readable | Uint8Array | string): body is Uint8Array | string {
  return typeof body === "string" || body instanceof Uint8Array;
}

function urlOf({ protocol, hostname, port, path, query }: SdkRequest): string {
  const scheme = protocol.replace(/:?$/, ":");
  const host = port === undefined ? hostname : `${hostname}:${port}`;
  const pairs = Object.entries(query ?? {}).flatMap(([name, value]) => {
    const values = Array.isArray(value) ? value : [value];
    return values.map((one) => (one == null ? encode(name) : `${encode(name)}=${encode(one)}`));
  });
  return `${scheme}//${host}${path}${pairs.length === 0 ? "" : `?${pairs.join("&")}`}`;
}

/** RFC 3986, as SigV4's canonical query string wants it. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
