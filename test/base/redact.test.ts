import { describe, expect, it } from "vitest";
import { addSecret, addUrlPasswords, publicUrl, redact, redactDeep } from "../../src/base/redact.ts";

describe("redact", () => {
  it("removes registered secrets in plain, URL-encoded and base64 form", () => {
    addSecret("p@ss/word+1");
    const text = `a p@ss/word+1 b p%40ss%2Fword%2B1 c ${Buffer.from("p@ss/word+1").toString("base64")} d`;
    expect(redact(text)).toBe("a *** b *** c *** d");
  });

  it.each([
    ["https://gitlab-ci-token:abcdef@host.example/x.git", "https://***@host.example/x.git"],
    ["fatal: 'ssh://me@host/x'", "fatal: 'ssh://***@host/x'"],
    ["proxy http://me:p@ss@host:3128/", "proxy http://***@host:3128/"],
    ["GET /a?X-Amz-Signature=0123abcd&b=1", "GET /a?X-Amz-Signature=***&b=1"],
    ["Authorization: Bearer abc.def", "Authorization: Bearer ***"],
    ['{"private-token":"zzzzzz"}', '{"private-token":"***"}'],
    ["token ghp_0123456789012345678901234567890123456789", "token ***"],
    ["glpat-0123456789abcdefghij", "***"],
  ])("removes credentials known by their form: %s", (text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  it("leaves ordinary text alone", () => {
    const text = "example.com/mod@v1.2.3 user@host https://host/path?version=1 h1:abc=";
    expect(redact(text)).toBe(text);
  });

  it("takes no longer for a server's text that is made to take long", () => {
    for (const part of ["a.b+", "a-", "://a:", "glpat-", "?token=", "authorization "]) {
      redact(part.repeat(500_000));
      addUrlPasswords(part.repeat(500_000));
    }
  }, 10_000);

  it("ignores secrets too short to be any, which would blank out words", () => {
    addSecret("go");
    expect(redact("go get")).toBe("go get");
  });
});

describe("addSecret", () => {
  it("hides a secret that begins with another one whole, whichever came first", () => {
    addSecret("hunter2");
    addSecret("hunter2-and-more");
    expect(redact("hunter2-and-more hunter2")).toBe("*** ***");
  });

  it("knows a secret in the quoted form of messages", () => {
    addSecret('se"cret\\word');
    expect(redact(`got ${JSON.stringify('se"cret\\word')}`)).toBe('got "***"');
  });
});

describe("redactDeep", () => {
  it("reaches every string, leaves names, numbers and order, and keeps what is rendered parsable", () => {
    addSecret('"},{"x');
    addSecret("modules");
    const data = { modules: ['a"},{"xb', { h1: "x", n: 1, none: null, absent: undefined }], ok: true };
    const safe = redactDeep(data);
    expect(safe).toEqual({ modules: ["a***b", { h1: "x", n: 1, none: null }], ok: true });
    expect(Object.keys(JSON.parse(JSON.stringify(safe)))).toEqual(["modules", "ok"]);
  });
});

describe("publicUrl", () => {
  it.each([
    ["https://user:pw@host/a.git?x=1#y", "https://host/a.git"],
    ["https://token@host/a", "https://host/a"],
    ["ssh://git@host:22/a", "ssh://host:22/a"],
  ])("%s", (url, expected) => {
    expect(publicUrl(url)).toBe(expected);
  });
});
