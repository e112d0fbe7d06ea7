import { describe, expect, it } from "vitest";
import { addSecret, publicUrl, redact } from "../../src/base/redact.ts";

describe("redact", () => {
  it("removes registered secrets in plain, URL-encoded and base64 form", () => {
    addSecret("p@ss/word+1");
    const text = `a p@ss/word+1 b p%40ss%2Fword%2B1 c ${Buffer.from("p@ss/word+1").toString("base64")} d`;
    expect(redact(text)).toBe("a *** b *** c *** d");
  });

  it.each([
    ["https://gitlab-ci-token:abcdef@host.example/x.git", "https://***@host.example/x.git"],
    ["fatal: 'ssh://me@host/x'", "fatal: 'ssh://***@host/x'"],
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

  it("ignores secrets too short to be any, which would blank out words", () => {
    addSecret("go");
    expect(redact("go get")).toBe("go get");
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
