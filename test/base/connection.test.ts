import { describe, expect, it } from "vitest";
import { connectionFromEnv, proxyFor, trustedCertificates } from "../../src/base/connection.ts";

const through = (url: string, noProxy?: string) =>
  proxyFor(new URL(url), { httpProxy: "http://p:1", httpsProxy: "http://p:2", noProxy });

describe("proxyFor", () => {
  it("chooses by the scheme of the target", () => {
    expect(through("http://a.example/")).toBe("http://p:1");
    expect(through("https://a.example/")).toBe("http://p:2");
  });

  it.each([
    ["https://a.example/", "a.example"],
    ["https://x.a.example/", "a.example"],
    ["https://x.a.example/", ".a.example"],
    ["https://x.a.example/", "*.a.example"],
    ["https://A.Example/", "other, a.example"],
    ["https://a.example:8443/", "a.example:8443"],
    ["https://a.example/", "a.example:443"],
    ["http://127.0.0.1:9/", "localhost,127.0.0.1"],
    ["http://127.0.0.2:9/", ""],
    ["http://localhost:9/", ""],
    ["http://[::1]:9/", ""],
    ["https://a.example/", "*"],
    ["http://[fd00::1]:9/", "fd00::1"],
    ["http://[fd00::1]:9/", "[fd00::1]:9"],
    ["http://[fd00::5]/", "fd00::/8"],
    ["http://10.1.2.3/", "10.0.0.0/8"],
    ["https://a.example./", "a.example"],
  ])("%s goes past the proxy with NO_PROXY=%s", (url, noProxy) => {
    expect(through(url, noProxy)).toBeUndefined();
  });

  it.each([
    ["https://nota.example/", "a.example"],
    ["https://a.example.org/", "a.example"],
    ["https://a.example:8443/", "a.example:443"],
    ["https://a.example/", ""],
    ["https://11.1.2.3/", "10.0.0.0/8"],
    ["https://[fd00::1]:9/", "[fd00::1]:8"],
    ["https://a.example/", ".a.example"],
    ["https://a.example/", "*.a.example"],
    ["https://ten.example/", "10.0.0.0/8"],
    ["https://10.1.2.3/", "10.0.0.0/99"],
  ])("%s goes through the proxy with NO_PROXY=%s", (url, noProxy) => {
    expect(through(url, noProxy)).toBe("http://p:2");
  });
});

describe("connectionFromEnv", () => {
  it("lets lower-case names win, as curl does, and treats empty as unset", () => {
    const env = { HTTPS_PROXY: "http://upper", https_proxy: "http://lower", HTTP_PROXY: "", NO_PROXY: "x" };
    expect(connectionFromEnv(env)).toEqual({
      httpProxy: undefined,
      httpsProxy: "http://lower",
      noProxy: "x",
      caFiles: [],
    });
  });

  it("names the file and the variable when a CA bundle cannot be read", () => {
    const settings = connectionFromEnv({ SSL_CERT_FILE: "/nonexistent/ca.pem" });
    expect(() => trustedCertificates(settings)).toThrow(/\/nonexistent\/ca\.pem.*SSL_CERT_FILE/s);
  });
});
