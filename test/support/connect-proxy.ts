import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { listening } from "./http-fixture.ts";
import { requireTool } from "./tools.ts";

export interface ConnectProxy {
  /** With the user and password that it asks for. */
  url: string;
  /** The `host:port` of each tunnel, in order. */
  tunnels: string[];
  /** Where a name leads: names under .test resolve nowhere else. */
  routes: Map<string, number>;
  close(): Promise<void>;
}

const USER = "wharf";
export const PROXY_PASSWORD = "pr0xy-pa55word";

/** A forward proxy that knows CONNECT only and asks for a password. */
export async function startConnectProxy(): Promise<ConnectProxy> {
  const tunnels: string[] = [];
  const routes = new Map<string, number>();
  const expected = `Basic ${Buffer.from(`${USER}:${PROXY_PASSWORD}`).toString("base64")}`;
  const server = createServer((_request, response) => {
    response.writeHead(501).end();
  });
  const open = new Set<{ destroy(): void }>();
  server.on("connect", (request, socket) => {
    open.add(socket);
    socket.on("error", () => {});
    const target = request.url ?? "";
    const port = routes.get(target.split(":")[0]!);
    if (request.headers["proxy-authorization"] !== expected) {
      socket.end("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    tunnels.push(target);
    if (port === undefined) {
      socket.end("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    const upstream = connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      upstream.pipe(socket).pipe(upstream);
    });
    open.add(upstream);
    upstream.on("error", () => socket.destroy());
    socket.on("close", () => upstream.destroy());
  });
  const running = await listening(server, "http");
  return {
    url: `http://${USER}:${PROXY_PASSWORD}@127.0.0.1:${running.port}`,
    tunnels,
    routes,
    close: async () => {
      for (const socket of open) socket.destroy();
      await running.close();
    },
  };
}

const made: string[] = [];

afterAll(() => {
  for (const dir of made) rmSync(dir, { recursive: true, force: true });
});

export interface ThrowawayCa {
  /** PEM file to trust. */
  caFile: string;
  cert: string;
  key: string;
}

/** A certificate authority and a server certificate for `names`, made by openssl for this run only. */
export function makeThrowawayCa(names: readonly string[]): ThrowawayCa {
  const dir = mkdtempSync(join(tmpdir(), "modwharf-ca-"));
  made.push(dir);
  const openssl = (...args: string[]) =>
    execFileSync(requireTool("openssl"), args, { cwd: dir, stdio: ["ignore", "ignore", "pipe"] });
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl(
    "req",
    "-x509",
    ...newKey,
    "-keyout",
    "ca.key",
    "-out",
    "ca.pem",
    "-days",
    "2",
    "-subj",
    "/CN=Throwaway",
  );
  openssl("req", ...newKey, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=server");
  const alternatives = [...names.map((name) => `DNS:${name}`), "IP:127.0.0.1"].join(",");
  writeFileSync(join(dir, "san.ext"), `subjectAltName=${alternatives}\n`);
  const sign = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "san.ext"];
  openssl("x509", "-req", "-in", "server.csr", ...sign, "-out", "server.pem");
  const read = (name: string) => readFileSync(join(dir, name), "utf8");
  return { caFile: join(dir, "ca.pem"), cert: read("server.pem"), key: read("server.key") };
}
