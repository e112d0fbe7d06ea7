import { expect, test } from "vitest";
import { formatInfo, versionOfInfo } from "../../src/artifact/info.ts";

const time = new Date("2024-05-06T07:08:09Z");

test("prints what go prints, empty fields left out", () => {
  const origin = { url: "https://github.com/a/b", subdir: "sub", hash: "abc", ref: "refs/tags/sub/v1.0.0" };
  expect(formatInfo({ version: "v1.0.0", time, origin }).toString()).toBe(
    '{"Version":"v1.0.0","Time":"2024-05-06T07:08:09Z","Origin":{"VCS":"git","URL":"https://github.com/a/b",' +
      '"Subdir":"sub","Hash":"abc","Ref":"refs/tags/sub/v1.0.0"}}',
  );
  const bare = { url: undefined, subdir: "", hash: "abc", ref: undefined };
  expect(formatInfo({ version: "v1.0.0", time, origin: bare }).toString()).toBe(
    '{"Version":"v1.0.0","Time":"2024-05-06T07:08:09Z","Origin":{"VCS":"git","Hash":"abc"}}',
  );
});

test("escapes what encoding/json escapes", () => {
  const origin = { url: undefined, subdir: "a&b<c>", hash: "abc", ref: undefined };
  expect(formatInfo({ version: "v1.0.0", time, origin }).toString()).toContain('"a\\u0026b\\u003cc\\u003e"');
});

test.each(["", "null", "{}", '{"Version":1}', "<html>"])("finds no version in %j", (text) => {
  expect(() => versionOfInfo(Buffer.from(text), "x")).toThrow(
    expect.objectContaining({ code: "REMOTE_BAD_ANSWER" }),
  );
});
