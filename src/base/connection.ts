import { readFileSync } from "node:fs";
import { rootCertificates } from "node:tls";
import { ModwharfError } from "./errors.ts";

/**
 * How every HTTP client of the project reaches the network, read from the environment once by platform/.
 * Undefined proxies mean a direct connection.
 */
export interface ConnectionSettings {
  httpProxy?: string | undefined;
  httpsProxy?: string | undefined;
  /** Comma-separated hosts, domains (`.example.com`) and `host:port` that bypass the proxies; `*` for all. */
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

function bypasses(url: URL, noProxy: string): boolean {
  const host = url.hostname.toLowerCase();
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  for (const raw of noProxy.split(/[\s,]+/)) {
    const entry = raw.toLowerCase();
    if (entry === "") continue;
    if (entry === "*") return true;
    const [, name = "", wantedPort] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
    if (wantedPort !== undefined && wantedPort !== port) continue;
    const domain = name.replace(/^\*?\./, "");
    if (host === domain || host.endsWith(`.${domain}`)) return true;
  }
  return false;
}
