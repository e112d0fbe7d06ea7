import { createServer, request as forward, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { bytesOf, HttpClient } from "../../src/base/http.ts";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An origin under a name that only the proxy knows: what is on this machine itself goes past proxies. */
async function listenAsOrigin(server: Server): Promise<string> {
  return (await listen(server)).replace("127.0.0.1", "origin.test");
}

/**
 * A forward proxy as Squid is by default: CONNECT to port 443 only, so that http: goes by absolute URL. It finds
 * every host on this machine.
 */
async function startForwardProxy(password?: string) {
  const seen: string[] = [];
  const expected = password && `Basic ${Buffer.from(password).toString("base64")}`;
  const refused = (request: IncomingMessage) =>
    expected !== undefined && request.headers["proxy-authorization"] !== expected;
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    if (refused(request)) return void response.writeHead(407).end();
    const { "proxy-authorization": _, ...headers } = request.headers;
    const target = new URL(request.url ?? "");
    target.hostname = "127.0.0.1";
    const upstream = forward(target, { method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    });
    request.pipe(upstream);
  });
  server.on("connect", (request, socket) => {
    seen.push(`CONNECT ${request.url}`);
    if (refused(request)) return void socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    if (!request.url?.endsWith(":443")) return void socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    const upstream = connect(1, "127.0.0.1");
    upstream.on("error", () => socket.destroy());
  });
  return { address: await listen(server), seen };
}

function client(httpProxy: string, noProxy?: string) {
  const retry = { sleep: async () => {} };
  const http = new HttpClient({
    connection: { httpProxy, httpsProxy: httpProxy, noProxy },
    userAgent: "test/1",
    retry,
  });
  closing.push(() => void http.close());
  return http;
}

describe("a forward proxy", () => {
  it("gets http: requests by their absolute URL, bodies and all, with its password", async () => {
    const origin = await listenAsOrigin(createServer((request, response) => request.pipe(response)));
    const proxy = await startForwardProxy("me:p@ss:word");
    const http = client(`http://me:p%40ss%3Aword@${proxy.address}`);
    for (const body of ["one", "two"]) {
      const response = await http.request(`http://${origin}/x?y=1`, { method: "PUT", body });
      expect({ status: response.status, text: String(await bytesOf(response)) }).toEqual({
        status: 200,
        text: body,
      });
    }
    expect(proxy.seen).toEqual([`PUT http://${origin}/x?y=1`, `PUT http://${origin}/x?y=1`]);
  });

  it("may be named without a scheme, as curl and go allow", async () => {
    const origin = await listenAsOrigin(createServer((_request, response) => response.end("hello")));
    const proxy = await startForwardProxy();
    expect(String(await bytesOf(await client(proxy.address).request(`http://${origin}/`)))).toBe("hello");
    expect(proxy.seen).toHaveLength(1);
  });

  it("that wants a password is named as the reason, for http: and https:", async () => {
    const proxy = await startForwardProxy("me:right");
    const http = client(`http://me:wrong-password@${proxy.address}`);
    for (const scheme of ["http", "https"]) {
      const error = await http.request(`${scheme}://registry.test/`).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ actual: expect.stringContaining("407") });
      expect(JSON.stringify(error)).not.toContain("wrong-password");
    }
  });

  it("with an address that is none is a mistake of usage", async () => {
    await expect(client("http://[").request("http://a.test/")).rejects.toMatchObject({ code: "USAGE" });
    await expect(client("ftp://me:pa55word@a").request("http://a.test/")).rejects.toMatchObject({
      code: "USAGE",
      subject: expect.not.stringContaining("pa55word"),
    });
  });
});
