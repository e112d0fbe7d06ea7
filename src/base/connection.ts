import { readFileSync } from "node:fs";
import { BlockList, isIP } from "node:net";
import { ModwharfError } from "./errors.ts";

/**
 * How every HTTP client of the project reaches the network, read from the environment once by platform/.
 * Undefined proxies mean a direct connection.
 */
export interface ConnectionSettings {
  httpProxy?: string | undefined;
  httpsProxy?: string | undefined;
  /**
   * Comma-separated hosts with what is below them, domains without themselves (`.example.com`), `host:port`, addresses
   * and blocks of them (`10.0.0.0/8`) that bypass the proxies; `*` for all. This machine itself (localhost, 127.0.0.1)
   * always does. As in go (golang.org/x/net/http/httpproxy).
   */
  noProxy?: string | undefined;
  /** PEM bundles trusted in addition to the built-in roots. */
  caFiles?: readonly string[];
}

/** The settings that the environment names; lower-case names win, as in curl. */
export function connectionFromEnv(env: Readonly<Record<string, string | undefined>>): ConnectionSettings {
  const pick = (name: string) => env[name.toLowerCase()] || env[name] || undefined;
  return {
    httpProxy: pick("HTTP_PROXY"),
    httpsProxy: pick("HTTPS_PROXY"),
    noProxy: pick("NO_PROXY"),
    caFiles: [env.SSL_CERT_FILE, env.NODE_EXTRA_CA_CERTS].filter((file): file is string => !!file),
  };
}

/** All trusted certificates in PEM, or undefined when nothing was added to Node's own. */
export function trustedCertificates(settings: ConnectionSettings): string[] | undefined {
  const files = settings.caFiles ?? [];
  if (files.length === 0) return undefined;
  // Imported, the module would cost every start a few milliseconds for what few runs need.
  const { rootCertificates } = process.getBuiltinModule("node:tls");
  return [...rootCertificates, ...files.map(readBundle)];
}

function readBundle(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new ModwharfError("FILE_UNREADABLE", "cannot read the CA bundle", {
      subject: file,
      expected: "a PEM file",
      fix: "correct SSL_CERT_FILE or NODE_EXTRA_CA_CERTS",
      cause: error,
    });
  }
}

/** The proxy that a request to `url` goes through, or undefined for a direct connection. */
export function proxyFor(url: URL, settings: ConnectionSettings): string | undefined {
  const proxy = url.protocol === "https:" ? settings.httpsProxy : settings.httpProxy;
  return proxy === undefined || bypasses(url, settings.noProxy ?? "") ? undefined : proxy;
}

const LOOPBACK = ["127.0.0.0/8", "::1"];

function bypasses(url: URL, noProxy: string): boolean {
  const host = url.hostname.toLowerCase().replace(/^\[|\]$|\.$/g, "");
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  if (host === "localhost" || LOOPBACK.some((block) => isInBlock(host, block))) return true;
  for (const raw of noProxy.split(/[\s,]+/)) {
    const entry = raw.toLowerCase();
    if (entry === "") continue;
    if (entry === "*") return true;
    if (isIP(entry) !== 0 || entry.includes("/")) {
      if (isInBlock(host, entry)) return true;
      continue;
    }
    const [, name = "", wantedPort] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
    if (wantedPort !== undefined && wantedPort !== port) continue;
    const domain = name.replace(/^\*?\.|^\[|\]$/g, "");
    const isBelowOnly = /^\*?\./.test(name);
    if ((host === domain && !isBelowOnly) || host.endsWith(`.${domain}`)) return true;
  }
  return false;
}

/** True when `host` is an address within `block`, which is an address or `address/bits`. */
function isInBlock(host: string, block: string): boolean {
  const [address = "", bits] = block.split("/");
  const family = isIP(address) === 6 ? "ipv6" : "ipv4";
  const most = family === "ipv6" ? 128 : 32;
  const prefix = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : most + 1;
  if (isIP(address) === 0 || isIP(host) !== isIP(address) || prefix > most) return false;
  const list = new BlockList();
  list.addSubnet(address, prefix, family);
  return list.check(host, family);
}
