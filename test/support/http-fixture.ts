import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";

export interface RunningServer {
  /** Without a final slash. */
  url: string;
  port: number;
  close(): Promise<void>;
}

/** Starts a server on a free local port; over TLS when a certificate is given. */
export async function startServer(
  handler: RequestListener,
  tls?: { cert: string; key: string },
): Promise<RunningServer> {
  const server: Server = tls === undefined ? createServer(handler) : createTlsServer(tls, handler);
  return listening(server, tls === undefined ? "http" : "https");
}

/** Waits until `server` listens on a free local port. */
export async function listening(server: Server, scheme: "http" | "https"): Promise<RunningServer> {
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${scheme}://127.0.0.1:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A request's body as bytes. */
export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Sends a whole answer; the content length is exact, and HEAD gets none of the body. */
export function answer(
  response: ServerResponse,
  status: number,
  body: string | Uint8Array = "",
  headers: Record<string, string> = {},
): void {
  const bytes = Buffer.from(body as Uint8Array);
  response.writeHead(status, { "content-length": String(bytes.length), ...headers });
  response.end(response.req.method === "HEAD" ? undefined : bytes);
}

export function answerJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): void {
  answer(response, status, JSON.stringify(value), { "content-type": "application/json", ...headers });
}
