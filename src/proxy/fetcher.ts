import { createReadStream, createWriteStream } from "node:fs";
import { type FileHandle, open, readFile, stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { countBuffer } from "../base/buffer-garbage.ts";
import { ModwharfError } from "../base/errors.ts";
import { errnoOf } from "../base/files.ts";
import { bytesOf, discard, type HttpClient, type HttpResponse, statusError } from "../base/http.ts";
import { redact } from "../base/redact.ts";
import { isTransientError, pause, type RetryPolicy, retryDelayMs } from "../base/retry.ts";
import type { Credentials } from "./credentials.ts";

export interface FetcherOptions {
  readonly http: HttpClient;
  readonly credentials: Credentials;
  /** For bodies that break off; requests have the HTTP client's own policy. */
  readonly retry?: Partial<RetryPolicy>;
}

export interface Downloaded {
  readonly sizeBytes: number;
  /** How often a broken transfer went on where it stopped, instead of from the start. */
  readonly resumed: number;
}

const MAX_BYTES = 16 * 1024 * 1024;

const PROGRESS_BYTES = 1024 * 1024;

/**
 * Gets http, https and file URLs with credentials. A body that breaks off is asked for again, like a transient
 * status; not found (404, 410, no such file) is REMOTE_NOT_FOUND.
 */
export class Fetcher {
  readonly #http: HttpClient;
  readonly #credentials: Credentials;
  readonly #retry: Partial<RetryPolicy>;

  constructor({ http, credentials, retry = {} }: FetcherOptions) {
    this.#http = http;
    this.#credentials = credentials;
    this.#retry = retry;
  }

  /** The content of a URL, at most `maxBytes` (default 16 MiB; more is REMOTE_BAD_ANSWER). */
  async bytes(url: URL, maxBytes = MAX_BYTES): Promise<Buffer> {
    if (url.protocol === "file:") return await readLocal(url, maxBytes);
    return await this.#persist(url, async () => await bytesOf(await this.#get(url), maxBytes));
  }

  /**
   * Writes the content of a URL into `file`, whatever that held, without keeping it in memory. When the transfer
   * breaks off it goes on where it stopped, if the server knows ranges and vouches that the content is still
   * the same (Range with If-Range). The caller removes the file when this throws.
   */
  async download(url: URL, file: string, maxBytes: number): Promise<Downloaded> {
    if (url.protocol === "file:") return await copyLocal(url, file, maxBytes);
    const target = await open(file, "w", 0o666);
    try {
      const transfer = new Transfer(target, maxBytes);
      const once = async () => await transfer.take(await this.#get(url, transfer.rangeHeaders()));
      await this.#persist(url, once, () => transfer.furthest);
      return { sizeBytes: transfer.written, resumed: transfer.resumed };
    } finally {
      await target.close();
    }
  }

  /** Repeats `once` while bodies break off. An attempt that got a good deal further counts as the first. */
  async #persist<T>(url: URL, once: () => Promise<T>, furthest = () => 0): Promise<T> {
    let reached = 0;
    for (let attempt = 1; ; attempt++) {
      try {
        return await once();
      } catch (error) {
        if (!isTransientError(error)) throw error;
        if (furthest() - reached >= PROGRESS_BYTES) {
          attempt = 1;
          reached = furthest();
        }
        const delayMs = retryDelayMs({ attempt, response: undefined, error }, this.#retry);
        if (delayMs === undefined) throw brokenOff(url, error, attempt);
        await pause(delayMs, this.#retry);
      }
    }
  }

  async #get(url: URL, headers: Record<string, string> = {}): Promise<HttpResponse> {
    refuseOpenCredentials(url);
    const request = (credentials: Readonly<Record<string, string>>) =>
      this.#http.request(url, { headers, credentials });
    let response = await request(await this.#credentials.headersFor(url));
    if (response.status >= 400 && response.status < 500) {
      const others = await this.#credentials.headersAfterRefusal(url, response);
      if (others !== undefined) {
        discard(response);
        response = await request(others);
      }
    }
    if (response.status === 206 && headers.range === undefined) throw badRange(response);
    if (response.status === 200 || response.status === 206) return response;
    throw await statusError(response, "the module proxy did not serve this");
  }
}

/** As cmd/go: a password in an http URL would cross the network in the clear. */
function refuseOpenCredentials(url: URL): void {
  if (url.protocol !== "http:" || (url.username === "" && url.password === "")) return;
  throw new ModwharfError("USAGE", "refusing to send credentials to an insecure URL", {
    subject: redact(url.href),
    fix: "use https",
  });
}

/** A download that may take several responses. */
class Transfer {
  written = 0;
  furthest = 0;
  resumed = 0;
  readonly #file: FileHandle;
  readonly #maxBytes: number;
  #validator: string | undefined;

  constructor(file: FileHandle, maxBytes: number) {
    this.#file = file;
    this.#maxBytes = maxBytes;
  }

  /** Asks for the rest only when the server gave something to know the same content by. */
  rangeHeaders(): Record<string, string> {
    if (this.written === 0 || this.#validator === undefined) return {};
    return { range: `bytes=${this.written}-`, "if-range": this.#validator };
  }

  async take(response: HttpResponse): Promise<void> {
    const start = startOf(response);
    if (start === this.written && start > 0) this.resumed++;
    else if (start === 0) await this.#restart();
    else throw badRange(response, this.written);
    this.#validator = validatorOf(response);
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      if (this.written + chunk.length > this.#maxBytes) throw tooLarge(response.url, this.#maxBytes);
      await this.#write(chunk);
      countBuffer(chunk.length);
    }
  }

  async #restart(): Promise<void> {
    if (this.written > 0) await this.#file.truncate(0);
    this.written = 0;
  }

  async #write(chunk: Buffer): Promise<void> {
    for (let done = 0; done < chunk.length; ) {
      const { bytesWritten } = await this.#file.write(chunk, done, chunk.length - done, this.written);
      done += bytesWritten;
      this.written += bytesWritten;
    }
    this.furthest = Math.max(this.furthest, this.written);
  }
}

/** A strong entity tag, else a date; a weak tag does not promise equal bytes (RFC 9110, 13.1.5). */
function validatorOf({ headers }: HttpResponse): string | undefined {
  const { etag } = headers;
  if (etag !== undefined) return etag.startsWith("W/") ? undefined : etag;
  return headers["last-modified"];
}

function startOf(response: HttpResponse): number {
  if (response.status !== 206) return 0;
  return Number(/^bytes (\d+)-/.exec(response.headers["content-range"] ?? "")?.[1] ?? Number.NaN);
}

async function readLocal(url: URL, maxBytes: number): Promise<Buffer> {
  try {
    const path = fileURLToPath(url);
    if ((await stat(path)).size > maxBytes) throw tooLarge(url.href, maxBytes);
    return await readFile(path);
  } catch (error) {
    throw localError(url, error);
  }
}

async function copyLocal(url: URL, file: string, maxBytes: number): Promise<Downloaded> {
  try {
    const path = fileURLToPath(url);
    const { size } = await stat(path);
    if (size > maxBytes) throw tooLarge(url.href, maxBytes);
    await pipeline(createReadStream(path), createWriteStream(file));
    return { sizeBytes: size, resumed: 0 };
  } catch (error) {
    throw localError(url, error);
  }
}

function localError(url: URL, error: unknown): unknown {
  const errno = errnoOf(error);
  if (error instanceof ModwharfError || errno === undefined || errno === "ENOSPC") return error;
  const absent = errno === "ENOENT" || errno === "ENOTDIR";
  return new ModwharfError(
    absent ? "REMOTE_NOT_FOUND" : "FILE_UNREADABLE",
    "the module proxy has no such file",
    {
      subject: url.href,
      actual: errno,
      cause: error,
    },
  );
}

function brokenOff(url: URL, error: unknown, attempts: number): ModwharfError {
  return new ModwharfError("REMOTE_UNREACHABLE", "the transfer broke off", {
    subject: redact(url.href),
    actual: `${errnoOf(error) ?? String(error)} after ${attempts} attempts`,
    fix: "run again; what is complete is kept",
    cause: error,
  });
}

/** `wanted` is undefined when the whole was asked for. */
function badRange(response: HttpResponse, wanted?: number): ModwharfError {
  discard(response);
  return new ModwharfError("REMOTE_BAD_ANSWER", "the server sent another part than the one asked for", {
    subject: redact(response.url),
    expected: wanted === undefined ? "the whole (status 200)" : `a part that begins at byte ${wanted}`,
    actual: response.headers["content-range"] ?? "status 206 without a content-range",
  });
}

function tooLarge(url: string, maxBytes: number): ModwharfError {
  return new ModwharfError("REMOTE_BAD_ANSWER", "the file is too large", {
    subject: redact(url),
    expected: `at most ${maxBytes} bytes`,
  });
}
