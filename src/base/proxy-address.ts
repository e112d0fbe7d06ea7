import { ModwharfError } from "./errors.ts";
import { percentDecoded } from "./percent-decoding.ts";
import { addSecret, redact } from "./redact.ts";

export interface ProxyAddress {
  uri: string;
  /** The value of the Proxy-Authorization header. */
  authorization?: string;
}

const SCHEMES = ["http:", "https:", "socks5:", "socks:"];

/** Parses the value of HTTPS_PROXY and the like: a URL, or `host:port` as curl and go allow. Throws USAGE. */
export function parseProxy(text: string): ProxyAddress {
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  if (url === undefined || !SCHEMES.includes(url.protocol)) {
    throw new ModwharfError("USAGE", "the proxy's address is not one", {
      subject: redact(whole),
      expected: "http://host:port, with user:password@ where the proxy asks for them",
      fix: "correct HTTPS_PROXY and HTTP_PROXY",
    });
  }
  const [user, password] = [percentDecoded(url.username), percentDecoded(url.password)];
  addSecret(password);
  // SOCKS has a login of its own, which undici takes from the URL.
  if (!url.protocol.startsWith("http") || (user === "" && password === "")) return { uri: url.href };
  url.username = "";
  url.password = "";
  return {
    uri: url.href,
    authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`,
  };
}
