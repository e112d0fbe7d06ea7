import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { redact } from "../../src/base/redact.ts";
import { Credentials } from "../../src/proxy/credentials.ts";
import { parseCredentialSets, parseGoauth } from "../../src/proxy/goauth.ts";
import { parseNetrc } from "../../src/proxy/netrc.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "modwharf-credentials-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const basic = (login: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${login}:${password}`).toString("base64")}`,
});

async function script(name: string, body: string): Promise<string> {
  const file = join(dir, name);
  await writeFile(file, `#!/bin/sh\n${body}\n`);
  await chmod(file, 0o755);
  return file;
}

const env = { PATH: process.env.PATH };

test("netrc: pairs, several lines for a machine, macros and default", () => {
  const text = [
    "machine one.example login alice password s3cret-one",
    "  machine two.example",
    "\tlogin bob",
    "\tpassword s3cret-two account ignored",
    "macdef init",
    "machine macro.example login x password y",
    "",
    "machine nologin.example password lost",
    "machine three.example login carol password s3cret-three",
    "default",
    "machine never.example login x password y",
  ].join("\n");
  expect(parseNetrc(text)).toEqual([
    { machine: "one.example", login: "alice", password: "s3cret-one" },
    { machine: "two.example", login: "bob", password: "s3cret-two" },
    { machine: "three.example", login: "carol", password: "s3cret-three" },
  ]);
});

test("netrc goes to https only, by exact host, the first line of a machine wins", async () => {
  const netrcFile = join(dir, "netrc");
  await writeFile(
    netrcFile,
    "machine a.example login first password netrc-password-1\nmachine a.example login second password netrc-password-2\n",
  );
  const credentials = new Credentials({ netrcFile });
  const to = (url: string) => credentials.headersFor(new URL(url));
  expect(await to("https://a.example/x/@v/list")).toEqual(basic("first", "netrc-password-1"));
  expect(await to("http://a.example/x/@v/list")).toEqual({});
  expect(await to("https://a.example.evil/x")).toEqual({});
  expect(await to("https://sub.a.example/x")).toEqual({});
  expect(redact("it is netrc-password-1")).toBe("it is ***");
});

test("without a netrc file, and with GOAUTH=off, nothing is sent", async () => {
  const url = new URL("https://a.example/x");
  expect(await new Credentials({ netrcFile: join(dir, "absent") }).headersFor(url)).toEqual({});
  expect(await new Credentials({ goauth: "off", netrcFile: join(dir, "netrc") }).headersFor(url)).toEqual({});
});

test("a GOAUTH command runs once, its longest prefix wins, earlier methods win", async () => {
  const log = join(dir, "runs");
  const first = await script(
    "first",
    `echo run >> '${log}'
printf 'https://a.example\\nhttps://b.example/api/\\n\\nAuthorization: Bearer goauth-token-one\\nX-Extra: yes\\n\\nhttps://b.example/api/deep\\n\\nAuthorization: Bearer goauth-token-two\\n\\n'`,
  );
  const second = await script(
    "second",
    `printf 'https://a.example\\n\\nAuthorization: Bearer late-token\\n\\n'`,
  );
  const credentials = new Credentials({ goauth: `"${first}"; ${second}`, env });
  const to = (url: string) => credentials.headersFor(new URL(url));
  expect(await to("https://a.example/m/@v/list")).toEqual({
    authorization: "Bearer goauth-token-one",
    "x-extra": "yes",
  });
  expect(await to("https://b.example/api/x")).toMatchObject({ authorization: "Bearer goauth-token-one" });
  expect(await to("https://b.example/api/deep/x")).toEqual({ authorization: "Bearer goauth-token-two" });
  expect(await to("https://b.example/other")).toEqual({});
  expect(await readFile(log, "utf8")).toBe("run\n");
  expect(redact("goauth-token-two")).toBe("***");
});

test("after a refusal a command is run with the URL and the answer's head", async () => {
  const seen = join(dir, "seen");
  const command = await script(
    "again",
    `[ -z "$1" ] && exit 0
{ echo "$1"; cat; } > '${seen}'
printf 'https://a.example\\n\\nAuthorization: Bearer second-try-token\\n\\n'`,
  );
  const credentials = new Credentials({ goauth: command, env });
  const url = new URL("https://a.example/m");
  expect(await credentials.headersFor(url)).toEqual({});
  const answer = { status: 401, headers: { "www-authenticate": "Bearer" } };
  const second = { authorization: "Bearer second-try-token" };
  expect(await credentials.headersAfterRefusal(url, answer)).toEqual(second);
  expect(await readFile(seen, "utf8")).toBe(
    "https://a.example/m\nHTTP/1.1 401\nwww-authenticate: Bearer\n\n",
  );
  expect(await credentials.headersAfterRefusal(url, answer)).toBeUndefined();
});

test("a failing command counts as no credentials", async () => {
  const credentials = new Credentials({ goauth: await script("fails", "exit 1"), env });
  expect(await credentials.headersFor(new URL("https://a.example/"))).toEqual({});
});

test("header credentials cover their prefix and nothing beside it", async () => {
  const token = { "job-token": "job-token-value" };
  const credentials = new Credentials({
    goauth: "off",
    headers: { "http://gitlab.local:8080/api/v4": token },
  });
  const to = (url: string) => credentials.headersFor(new URL(url));
  expect(await to("http://gitlab.local:8080/api/v4/projects/1")).toEqual(token);
  expect(await to("http://gitlab.local:8080/api/v4")).toEqual(token);
  for (const other of [
    "http://gitlab.local:8080/api/v40",
    "http://gitlab.local:8081/api/v4",
    "https://gitlab.local:8080/api/v4",
    "http://gitlab.local.evil:8080/api/v4",
    "http://gitlab.local:8080/",
  ]) {
    expect(await to(other), other).toEqual({});
  }
});

test("GOAUTH lists", () => {
  expect(parseGoauth("netrc")).toEqual([{ kind: "netrc" }]);
  expect(parseGoauth("off")).toEqual([]);
  expect(parseGoauth(`netrc; prog 'a b' "c d" e"f`)).toEqual([
    { kind: "netrc" },
    { kind: "command", words: ["prog", "a b", "c d", 'e"f'] },
  ]);
  expect(() => parseGoauth("off;netrc")).toThrow(/off alone/);
  expect(() => parseGoauth("netrc;")).toThrow(/none of them empty/);
  expect(() => parseGoauth("git")).toThrow(/absolute path/);
  expect(() => parseGoauth("git /src")).toThrow(expect.objectContaining({ code: "NOT_SUPPORTED" }));
  expect(() => parseGoauth("prog 'unfinished")).toThrow(/at the end/);
});

test.each([
  "https://a.example\n",
  "https://a.example\n\nAuthorization: x\n",
  "https://a.example\n\nno header\n\n",
  "https://a.example\n\nBad Name: x\n\n",
  "not a url\n\nAuthorization: hidden-token\n\n",
])("refuses the command output %j without showing it", (output) => {
  expect(() => parseCredentialSets(output)).toThrow(/malformed/);
  expect(() => parseCredentialSets(output)).not.toThrow(/hidden-token|a\.example/);
});
