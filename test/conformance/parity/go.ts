import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { importSubdirs } from "./layout-cases.ts";

/** What `go mod download -json` prints about one module. */
export interface Downloaded {
  readonly Path: string;
  readonly Version: string;
  readonly Error?: string;
  /** Paths in the module cache. */
  readonly Info?: string;
  readonly GoMod?: string;
  readonly Zip?: string;
  readonly Sum?: string;
  readonly GoModSum?: string;
}

/**
 * The go-import pages of gopkg.in and vanity domains, served as an HTTP proxy: with GOINSECURE `go` falls back to
 * plain HTTP when the CONNECT for HTTPS is refused, so no certificate is needed.
 */
export async function serveImportPages(roots: readonly string[]): Promise<Server> {
  const server = createServer((request, response) => {
    const { host, pathname } = new URL(request.url ?? "", "http://nowhere.invalid");
    const page = host + pathname;
    const root = roots.find((candidate) => page === candidate || page.startsWith(`${candidate}/`));
    if (root === undefined) {
      response.writeHead(404).end();
      return;
    }
    const subdir = importSubdirs[root] === undefined ? "" : ` ${importSubdirs[root]}`;
    response.setHeader("content-type", "text/html");
    response.end(`<meta name="go-import" content="${root} git https://${root}${subdir}">`);
  });
  server.on("connect", (_request, socket) => socket.end("HTTP/1.1 403 Forbidden\r\n\r\n"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

/** An environment in which `go` fetches `https://<root>` from `origins/<root>`, with an otherwise empty git configuration. */
export function goEnvironment(work: string, origins: string, proxy: Server): Record<string, string> {
  const home = join(work, "home");
  mkdirSync(home, { recursive: true });
  const config = `[url "${pathToFileURL(origins).href}/"]\n\tinsteadOf = https://\n[protocol "file"]\n\tallow = always\n`;
  writeFileSync(join(home, "gitconfig"), config);
  const proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  return {
    PATH: process.env.PATH ?? "",
    HOME: home,
    GOPATH: join(work, "gopath"),
    GOMODCACHE: join(work, "modcache"),
    GOCACHE: join(work, "gocache"),
    GOFLAGS: "-modcacherw",
    GOTOOLCHAIN: "local",
    GOPROXY: "direct",
    GOSUMDB: "off",
    GOPRIVATE: "*",
    GOINSECURE: "*",
    GOVCS: "*:all",
    GOENV: "off",
    HTTP_PROXY: proxyUrl,
    HTTPS_PROXY: proxyUrl,
    GIT_CONFIG_GLOBAL: join(home, "gitconfig"),
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
  };
}

/** Downloads `module@version` arguments with one `go mod download`; modules that fail carry an Error. */
export async function goDownload(
  args: readonly string[],
  cwd: string,
  env: Record<string, string>,
): Promise<Downloaded[]> {
  const child = spawn("go", ["mod", "download", "-json", ...args], {
    cwd,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
  await new Promise((resolve, reject) => {
    child.once("close", resolve);
    child.once("error", reject);
  });
  const text = Buffer.concat(out).toString("utf8");
  if (text === "") throw new Error(Buffer.concat(err).toString("utf8"));
  // A sequence of indented objects; only their ends stand at the beginning of a line.
  return text
    .split(/^\}$/m)
    .filter((object) => object.trim() !== "")
    .map((object) => JSON.parse(`${object}}`) as Downloaded);
}
