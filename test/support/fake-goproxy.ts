import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

/** What goes wrong with one answer; faults of a path are used up in order, then it is served well. */
export type Fault =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }
  /** The connection is reset after so many bytes of the body. */
  | { readonly cutAfter: number }
  /** One byte of the body is another one. */
  | { readonly flip: number }
  | { readonly reset: true };

export interface FakeGoproxyOptions {
  /** By path without the leading slash, as it is on disk (with `!`, not %21). */
  readonly files?: Readonly<Record<string, string | Buffer>>;
  /** A folder that is served besides, such as a GOMODCACHE's cache/download. */
  readonly root?: string;
  /** Answers Range requests, and sends an ETag. Default true. */
  readonly ranges?: boolean;
  /** Added to every answer. Default 0. */
  readonly delayMs?: number;
  /** Answers a request itself and returns true, or leaves it. */
  readonly before?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

export interface SeenRequest {
  /** As sent, with its escapes. */
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
}

/** A GOPROXY on a port of its own, which records what it is asked and fails where it is told to. */
export class FakeGoproxy {
  readonly files: Record<string, string | Buffer>;
  readonly requests: SeenRequest[] = [];
  readonly #faults = new Map<string, Fault[]>();
  readonly #options: FakeGoproxyOptions;
  readonly #server: Server;
  #underWay = 0;
  /** The most requests that were under way at once. */
  most = 0;

  private constructor(options: FakeGoproxyOptions) {
    this.#options = options;
    this.files = { ...options.files };
    this.#server = createServer((request, response) => {
      this.most = Math.max(this.most, ++this.#underWay);
      response.once("close", () => this.#underWay--);
      setTimeout(() => void this.#serve(request, response), this.#options.delayMs ?? 0);
    });
  }

  static async start(options: FakeGoproxyOptions = {}): Promise<FakeGoproxy> {
    const proxy = new FakeGoproxy(options);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Makes the next answers for `path` go wrong. */
  fail(path: string, ...faults: Fault[]): void {
    this.#faults.set(path, [...(this.#faults.get(path) ?? []), ...faults]);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url!;
    this.requests.push({ path, headers: request.headers });
    if (this.#options.before?.(request, response) === true) return;
    const name = decodeURIComponent(path.slice(1).replace(/\?.*$/, ""));
    const fault = this.#faults.get(name)?.shift();
    if (fault !== undefined && "reset" in fault) return void request.socket.resetAndDestroy();
    if (fault !== undefined && "status" in fault) {
      return void response.writeHead(fault.status, fault.headers).end(fault.body ?? "");
    }
    const file = this.files[name];
    if (file === undefined) return await this.#serveFromRoot(name, response);
    this.#send(request, response, Buffer.from(file), fault);
  }

  async #serveFromRoot(name: string, response: ServerResponse): Promise<void> {
    const file = this.#options.root === undefined ? undefined : join(this.#options.root, name);
    const size = file === undefined ? undefined : (await stat(file).catch(() => undefined))?.size;
    if (file === undefined || size === undefined) {
      response.writeHead(404).end(`not found: ${name}`);
    } else if (size < 65536) {
      response.writeHead(200, { "content-length": size }).end(await readFile(file));
    } else {
      response.writeHead(200, { "content-length": size });
      createReadStream(file).pipe(response);
    }
  }

  #send(request: IncomingMessage, response: ServerResponse, content: Buffer, fault: Fault | undefined): void {
    const etag = `"${createHash("sha256").update(content).digest("hex").slice(0, 16)}"`;
    const ranges = this.#options.ranges !== false;
    const range = ranges && request.headers["if-range"] === etag ? request.headers.range : undefined;
    const start = Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0);
    const part = Buffer.from(content.subarray(start));
    response.writeHead(start > 0 ? 206 : 200, {
      "content-length": part.length,
      ...(ranges ? { etag } : {}),
      ...(start > 0 ? { "content-range": `bytes ${start}-${content.length - 1}/${content.length}` } : {}),
    });
    if (fault !== undefined && "flip" in fault) part[fault.flip]! ^= 1;
    if (fault === undefined || !("cutAfter" in fault)) return void response.end(part);
    response.write(part.subarray(0, fault.cutAfter), () => {
      // Whatever was written shall arrive before the reset.
      setImmediate(() => response.socket?.destroy());
    });
  }
}
