import { expect, test } from "vitest";
import { ModwharfError } from "../../src/base/errors.ts";
import { type GoproxyEntry, parseGoproxy, tryProxies } from "../../src/proxy/goproxy-list.ts";

/** `url,` and `url|` for proxies that fall back on 404 and on any error, words for the others. */
function brief(entries: readonly GoproxyEntry[]): string[] {
  return entries.map((entry) =>
    entry.kind === "proxy" ? `${entry.url.href}${entry.fallBackOnError ? "|" : ","}` : entry.kind,
  );
}

test.each<[string, string[]]>([
  ["https://proxy.example,direct", ["https://proxy.example/,", "direct"]],
  ["https://a.example/x|http://b.example|off", ["https://a.example/x|", "http://b.example/|", "off"]],
  [" https://a.example , , off ", ["https://a.example/,", "off"]],
  ["a.example", ["https://a.example/,"]],
  ["a.example:8080/go", ["https://a.example:8080/go,"]],
  ["localhost:3000", ["https://localhost:3000/,"]],
  ["off,https://never.example", ["off"]],
  ["direct|https://never.example", ["direct"]],
  ["file:///srv/proxy,off", ["file:///srv/proxy,", "off"]],
  ["https://u:p@a.example/repo?x=1", ["https://u:p@a.example/repo?x=1,"]],
])("parses %s", (list, expected) => {
  expect(brief(parseGoproxy(list))).toEqual(expected);
});

test("GONOPROXY adds an entry in front, unless everything is direct", () => {
  expect(brief(parseGoproxy("https://a.example", "corp.example"))).toEqual([
    "noproxy",
    "https://a.example/,",
  ]);
  expect(brief(parseGoproxy("direct", "corp.example"))).toEqual(["direct"]);
});

test.each([
  ["", /nothing says which module proxy/],
  [" , |", /nothing says which module proxy/],
  ["proxy", /a URL with its scheme/],
  ["/srv/proxy", /a URL with its scheme/],
  ["ftp://a.example", /scheme https, http or file/],
  ["file://host/srv", /path only/],
  ["file:///srv?x", /path only/],
  ["https://", /expected a URL/],
])("refuses %j", (list, said) => {
  expect(() => parseGoproxy(list)).toThrow(said);
});

test("a refused entry shows no password", () => {
  // A quote would end what is known for a password by its form.
  const parse = () => parseGoproxy("ftp://user:hunter2'secret@a.example/x");
  expect(parse).toThrow(/cannot be a proxy/);
  expect(parse).not.toThrow(/hunter2/);
});

const notFound = () => new ModwharfError("REMOTE_NOT_FOUND", "no such module");
const broken = () => new ModwharfError("REMOTE", "broken");
const refused = () => new ModwharfError("REMOTE_AUTH", "refused");

async function walk(list: string, answers: readonly (string | ModwharfError)[]): Promise<[string, string[]]> {
  const asked: string[] = [];
  const result = await tryProxies(parseGoproxy(list), async (url) => {
    const answer = answers[asked.length]!;
    asked.push(url.host);
    if (typeof answer === "string") return answer;
    throw answer;
  }).catch((error: ModwharfError) => error.code);
  return [result, asked];
}

test.each<[string, (string | ModwharfError)[], string, string[]]>([
  ["https://a,https://b", ["A"], "A", ["a"]],
  ["https://a,https://b", [notFound(), "B"], "B", ["a", "b"]],
  ["https://a,https://b", [refused(), "B"], "REMOTE_AUTH", ["a"]],
  ["https://a,https://b", [broken(), "B"], "REMOTE", ["a"]],
  ["https://a|https://b", [broken(), "B"], "B", ["a", "b"]],
  ["https://a|https://b", [broken(), notFound()], "REMOTE", ["a", "b"]],
  ["https://a|https://b|https://c", [notFound(), broken(), notFound()], "REMOTE", ["a", "b", "c"]],
  ["https://a,off", [notFound()], "REMOTE_NOT_FOUND", ["a"]],
  ["https://a,direct", ["A"], "A", ["a"]],
  ["https://a,direct", [notFound()], "NOT_SUPPORTED", ["a"]],
  ["https://a,direct", [broken()], "REMOTE", ["a"]],
  ["https://a|direct", [broken()], "NOT_SUPPORTED", ["a"]],
  ["direct", [], "NOT_SUPPORTED", []],
  ["off", [], "REMOTE_NOT_FOUND", []],
])("%s answering %o ends in %s", async (list, answers, result, asked) => {
  expect(await walk(list, answers)).toEqual([result, asked]);
});

test("an integrity error is never passed over, not even after a pipe", async () => {
  const lie = new ModwharfError("HASH_MISMATCH", "other content");
  expect(await walk("https://a|https://b", [lie, "B"])).toEqual(["HASH_MISMATCH", ["a"]]);
});

test("reaching direct says what the proxies said before", async () => {
  const ask = tryProxies(parseGoproxy("https://a,direct"), () => Promise.reject(notFound()));
  await expect(ask).rejects.toThrow(/version control.*no such module.*Fix: publish the module to a proxy/);
});
