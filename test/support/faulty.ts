import { request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { bodyOf, type RunningServer, startServer } from "./http-fixture.ts";

/** What goes wrong with one request on its way through the proxy. */
export type Fault =
  /** Never reaches the server; this answer comes instead. */
  | { kind: "status"; status: number; headers?: Record<string, string> }
  /** Never reaches the server; the connection is cut. */
  | { kind: "reset" }
  /** Reaches the server; the connection is cut before its answer. */
  | { kind: "lost answer" }
  /** The answer's body stops half-way. */
  | { kind: "truncated answer" }
  /** A byte of the answer's body differs, without a sign in its headers. */
  | { kind: "altered answer" }
  /** A byte of the upload differs. */
  | { kind: "altered upload" };

export interface ProxiedRequest {
  /** 1 for the first. */
  number: number;
  method: string;
  url: string;
}

export interface FaultyProxy extends RunningServer {
  /** Requests so far. */
  count(): number;
  reset(): void;
}

/**
 * A reverse proxy in front of `upstream` in which every request can be made to fail. The Host header stays
 * the client's, so that signatures over it hold. `answered` runs when the server has answered and the client does not
 * know yet: the moment to kill it.
 */
export async function startFaultyProxy(
  upstream: string,
  faultOf: (request: ProxiedRequest) => Fault | undefined,
  answered: (request: ProxiedRequest) => void = () => {},
): Promise<FaultyProxy> {
  let number = 0;
  const server = await startServer(async (request, response) => {
    const proxied = { number: ++number, method: request.method ?? "", url: request.url ?? "" };
    const fault = faultOf(proxied);
    const body = await bodyOf(request).catch(() => undefined);
    if (body === undefined) return;
    if (fault?.kind === "reset") {
      request.socket.destroy();
      return;
    }
    if (fault?.kind === "status") {
      response.writeHead(fault.status, { "content-length": "0", ...fault.headers }).end();
      return;
    }
    const sent = fault?.kind === "altered upload" ? altered(body) : body;
    const upstreamAnswer = await forward(upstream, request, sent);
    answered(proxied);
    if (fault?.kind === "lost answer") request.socket.destroy();
    else reply(response, upstreamAnswer, fault);
  });
  return Object.assign(server, {
    count: () => number,
    reset: () => {
      number = 0;
    },
  });
}

interface WholeAnswer {
  status: number;
  headers: IncomingMessage["headers"];
  body: Buffer;
}

function forward(upstream: string, request: IncomingMessage, body: Buffer): Promise<WholeAnswer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(upstream);
    const outgoing = httpRequest(
      { hostname, port, method: request.method, path: request.url, headers: request.headers },
      async (incoming) => {
        const whole = await bodyOf(incoming);
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: whole });
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

function reply(response: ServerResponse, answer: WholeAnswer, fault: Fault | undefined): void {
  const {
    connection: _connection,
    "keep-alive": _keepAlive,
    "transfer-encoding": _chunked,
    ...headers
  } = answer.headers;
  const head = response.req.method === "HEAD";
  response.writeHead(
    answer.status,
    head ? headers : { ...headers, "content-length": String(answer.body.length) },
  );
  if (fault?.kind === "truncated answer" && answer.body.length > 0) {
    response.write(answer.body.subarray(0, answer.body.length >> 1), () => response.socket?.destroy());
    return;
  }
  response.end(fault?.kind === "altered answer" ? altered(answer.body) : answer.body);
}

/** The same length, one byte of the middle changed. */
function altered(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  if (copy.length > 0) copy[copy.length >> 1]! ^= 0x01;
  return copy;
}
