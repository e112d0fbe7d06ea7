import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import {
  asRemoteError,
  bytesOf,
  HttpClient,
  type HttpClientOptions,
  statusError,
} from "../../src/base/http.ts";
import { redact } from "../../src/base/redact.ts";

const open: { servers: Server[]; clients: HttpClient[] } = { servers: [], clients: [] };

async function serve(handler: RequestListener): Promise<string> {
  const server = createServer(handler);
  open.servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function client(options: Partial<HttpClientOptions> = {}) {
  const pauses: number[] = [];
  const retry = { sleep: async (ms: number) => void pauses.push(ms), random: () => 1, baseDelayMs: 10 };
  const made = new HttpClient({ connection: {}, userAgent: "test/1", retry, ...options });
  open.clients.push(made);
  return { http: made, pauses };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

afterEach(async () => {
  for (const made of open.clients.splice(0)) await made.close();
  for (const server of open.servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

describe("HttpClient", () => {
  it("sends user info as Basic credentials and never shows it", async () => {
    const url = await serve((request, response) => response.end(request.headers.authorization));
    const { http } = client();
    const response = await http.request(url.replace("http://", "http://ann:s3cretword@"));
    expect((await bytesOf(response)).toString()).toBe(
      `Basic ${Buffer.from("ann:s3cretword").toString("base64")}`,
    );
    expect(redact("it was s3cretword")).toBe("it was ***");
  });

  it("takes a password with a stray percent sign as it is", async () => {
    const url = await serve((request, response) => response.end(request.headers.authorization));
    const { http } = client();
    const response = await http.request(url.replace("http://", "http://ann:100%@"));
    expect((await bytesOf(response)).toString()).toBe(`Basic ${Buffer.from("ann:100%").toString("base64")}`);
  });

  it("reads no endless answer to its end that nobody wants", async () => {
    const ended: Promise<unknown>[] = [];
    const url = await serve((request, response) => {
      if (request.url === "/") return void response.end("here");
      ended.push(new Promise((resolve) => response.once("close", resolve)));
      response.writeHead(302, { location: "/" });
      const more = () => void (response.destroyed || response.write(Buffer.alloc(65_536), () => more()));
      more();
    });
    const { http } = client();
    expect((await bytesOf(await http.request(`${url}/endless`))).toString()).toBe("here");
    // The client gives up the connection itself, long before it is closed.
    await Promise.all(ended);
    expect(ended).toHaveLength(1);
  });

  it("tries transient answers again, honouring Retry-After, and opens the body anew", async () => {
    const bodies: string[] = [];
    const url = await serve(async (request, response) => {
      bodies.push(await bodyOf(request));
      if (bodies.length === 1) response.writeHead(429, { "retry-after": "2" }).end();
      else response.writeHead(bodies.length === 2 ? 503 : 201).end();
    });
    const { http, pauses } = client();
    const response = await http.request(url, {
      method: "PUT",
      body: () => Readable.from([Buffer.from("once")]),
    });
    expect(response.status).toBe(201);
    expect(bodies).toEqual(["once", "once", "once"]);
    expect(pauses).toEqual([2000, 20]);
  });

  it("waits no longer for another attempt when the run is interrupted", async () => {
    const interrupted = new AbortController();
    const url = await serve((_request, response) => {
      response.writeHead(429, { "retry-after": "100" }).end();
      setImmediate(() => interrupted.abort(new Error("interrupted by SIGTERM")));
    });
    const http = new HttpClient({ connection: {}, userAgent: "test/1", signal: interrupted.signal });
    await expect(http.request(url)).rejects.toThrow("interrupted by SIGTERM");
    await http.close();
  });

  it("tries a reset connection again, then says so", async () => {
    let calls = 0;
    const url = await serve((request) => {
      calls++;
      request.socket.destroy();
    });
    const { http } = client();
    await expect(http.request(`${url}/x?sig=abcdefgh`)).rejects.toMatchObject({
      code: "REMOTE_UNREACHABLE",
      subject: expect.stringContaining("sig=***"),
      actual: expect.stringContaining("after 5 attempts"),
    });
    expect(calls).toBe(5);
  });

  it("does not repeat a request that must not be", async () => {
    let calls = 0;
    const url = await serve((_request, response) => {
      calls++;
      response.writeHead(503).end();
    });
    expect((await client().http.request(url, { method: "POST", retry: false })).status).toBe(503);
    expect(calls).toBe(1);
  });

  it("follows redirects and drops credentials when the host changes", async () => {
    const other = await serve((request, response) => response.end(JSON.stringify(request.headers)));
    const url = await serve((_request, response) =>
      response.writeHead(302, { location: `${other}/there` }).end(),
    );
    const response = await client().http.request(url, { headers: { "JOB-TOKEN": "abc", accept: "x/y" } });
    const headers = JSON.parse((await bytesOf(response)).toString()) as Record<string, string>;
    expect(headers["job-token"]).toBeUndefined();
    expect(headers.accept).toBe("x/y");
    expect(response.url).toBe(`${other}/there`);
  });

  it("keeps credentials on redirects within the host", async () => {
    const url = await serve((request, response) => {
      if (request.url === "/a") response.writeHead(307, { location: "/b" }).end();
      else response.end(request.headers["job-token"]);
    });
    const response = await client().http.request(`${url}/a`, { headers: { "job-token": "abc" } });
    expect((await bytesOf(response)).toString()).toBe("abc");
  });

  it("keeps a URL's user info on redirects within the host, also to an absolute URL", async () => {
    const url = await serve((request, response) => {
      if (request.url === "/a") response.writeHead(302, { location: `${url}/b` }).end();
      else response.end(request.headers.authorization);
    });
    const response = await client().http.request(`${url.replace("http://", "http://ann:s3cretword@")}/a`);
    expect(String(await bytesOf(response))).toBe(`Basic ${btoa("ann:s3cretword")}`);
  });

  it("gives up a circle of redirects with the redirect itself as the answer", async () => {
    let calls = 0;
    const url = await serve((_request, response) => {
      calls++;
      response.writeHead(302, { location: "/again" }).end();
    });
    expect((await client().http.request(url)).status).toBe(302);
    expect(calls).toBe(11);
  });

  it("sends a body again where a redirect keeps the method, without credentials to another host", async () => {
    const other = await serve(async (request, response) => {
      response.end(
        JSON.stringify([request.method, await bodyOf(request), request.headers["private-token"] ?? null]),
      );
    });
    const url = await serve((request, response) => {
      request.resume();
      request.on("end", () => response.writeHead(307, { location: `${other}/` }).end());
    });
    const response = await client().http.request(url, {
      method: "PUT",
      credentials: { "private-token": "abc" },
      body: () => Readable.from([Buffer.from("bytes")]),
    });
    expect(JSON.parse(String(await bytesOf(response)))).toEqual(["PUT", "bytes", null]);
  });

  it.each([
    ["gzip", gzipSync],
    ["br", brotliCompressSync],
    ["deflate", deflateSync],
  ])("asks for plain answers and reads one in %s all the same", async (encoding, encode) => {
    const url = await serve((request, response) => {
      const body = request.method === "HEAD" ? "" : encode(`asked for ${request.headers["accept-encoding"]}`);
      response.writeHead(200, { "content-encoding": encoding, "content-length": body.length }).end(body);
    });
    const { http } = client();
    const response = await http.request(url);
    expect(response.headers["content-length"]).toBeUndefined();
    expect(String(await bytesOf(response))).toBe("asked for identity");
    expect(String(await bytesOf(await http.request(url, { method: "HEAD" })))).toBe("");
  });

  it("refuses a compressed answer that ends early and an encoding it does not know", async () => {
    const url = await serve((request, response) => {
      const encoding = request.url === "/cut" ? "gzip" : "zstd";
      response
        .writeHead(200, { "content-encoding": encoding })
        .end(gzipSync("x".repeat(1000)).subarray(0, 20));
    });
    const { http } = client();
    await expect(bytesOf(await http.request(`${url}/cut`))).rejects.toThrow();
    await expect(http.request(`${url}/odd`)).rejects.toMatchObject({ code: "REMOTE_BAD_ANSWER" });
  });

  it("calls an answer that breaks off what it is, not a defect of ours", async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { "content-length": 100 });
      response.write("half", () => response.destroy());
    });
    const error = await bytesOf(await client().http.request(url)).catch((thrown: unknown) => thrown);
    expect(asRemoteError(error)).toMatchObject({ code: "REMOTE_UNREACHABLE" });
    expect(asRemoteError(new TypeError("x"))).toBeUndefined();
  });

  it("refuses an answer larger than expected", async () => {
    const url = await serve((_request, response) => response.end("x".repeat(100)));
    const response = await client().http.request(url);
    await expect(bytesOf(response, 10)).rejects.toMatchObject({ code: "REMOTE_BAD_ANSWER" });
  });

  it.each([
    [401, "REMOTE_AUTH"],
    [403, "REMOTE_AUTH"],
    [404, "REMOTE_NOT_FOUND"],
    [410, "REMOTE_NOT_FOUND"],
    [500, "REMOTE"],
  ])("turns status %i into %s with what the server said", async (status, code) => {
    const url = await serve((_request, response) => response.writeHead(status).end("the  reason\nhere"));
    const response = await client().http.request(url, { retry: false });
    expect(await statusError(response, "cannot read")).toMatchObject({
      code,
      actual: `${status}: the reason here`,
    });
  });

  it("stops at once when aborted", async () => {
    const url = await serve(() => {});
    const controller = new AbortController();
    const request = client().http.request(url, { signal: controller.signal });
    controller.abort(new Error("stop"));
    await expect(request).rejects.toThrow("stop");
  });
});
