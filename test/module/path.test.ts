import { describe, expect, test } from "vitest";
import { checkFilePath, checkImportPath, checkPath, problemOfPath } from "../../src/module/path.ts";
import { splitPathVersion } from "../../src/module/path-version.ts";

const ok = undefined;

describe("a path as module, import and file path", () => {
  test.each<
    [path: string, module: string | undefined, asImport: string | undefined, file: string | undefined]
  >([
    ["github.com/Azure/go-sdk", ok, ok, ok],
    ["example.com", ok, ok, ok],
    ["example.com/x/v2", ok, ok, ok],
    ["example.com/x/v1", "invalid version", ok, ok],
    ["example.com/x/v02", "invalid version", ok, ok],
    ["example.com/x/v2.1", "invalid version", ok, ok],
    ["gopkg.in/yaml.v3", ok, ok, ok],
    ["gopkg.in/yaml", "invalid version", ok, ok],
    ["gopkg.in/yaml/v3", "invalid version", ok, ok],
    ["example/x", "missing dot in first path element", ok, ok],
    ["Example.com/x", "invalid char 'E' in first path element", ok, ok],
    ["example.com/c++", "invalid char '+'", ok, ok],
    ["example.com/.github", "leading dot in path element", ok, ok],
    ["example.com/a b", "invalid char ' '", "invalid char ' '", ok],
    ["example.com/Grüße", "invalid char 'ü'", "invalid char 'ü'", ok],
    ["example.com/𐐀", "invalid char '𐐀'", "invalid char '𐐀'", ok],
    ["example.com/x😀", "invalid char '😀'", "invalid char '😀'", "invalid char '😀'"],
    ["example.com/a\nb", "invalid char '\\n'", "invalid char '\\n'", "invalid char '\\n'"],
    ["example.com/a:b", "invalid char ':'", "invalid char ':'", "invalid char ':'"],
    [
      "example.com/x~1",
      "trailing tilde and digits in path element",
      "trailing tilde and digits in path element",
      ok,
    ],
    ["-x.com/a", "leading dash", "leading dash", ok],
    ["", "empty string", "empty string", "empty string"],
    ["/etc/passwd", "empty path element", "empty path element", "empty path element"],
    ["example.com//x", "double slash", "double slash", "double slash"],
    ["example.com/x/", "trailing slash", "trailing slash", "trailing slash"],
    ["a.b/../c", 'invalid path element ".."', 'invalid path element ".."', 'invalid path element ".."'],
    [
      "a.b/c.",
      "trailing dot in path element",
      "trailing dot in path element",
      "trailing dot in path element",
    ],
    ["a.b/\ud800", "invalid UTF-8", "invalid UTF-8", "invalid UTF-8"],
  ])("%j", (path, module, asImport, file) => {
    expect(problemOfPath(path, "module")?.reason).toBe(module);
    expect(problemOfPath(path, "import")?.reason).toBe(asImport);
    expect(problemOfPath(path, "file")?.reason).toBe(file);
  });

  test.each(["con", "Aux.txt", "a/NUL", "com1.tar.gz", "lpt9"])("%s is reserved on Windows", (path) => {
    expect(() => checkFilePath(path)).toThrow("disallowed as path element component on Windows");
  });

  test.each(["com", "com0", "console", "a.con", "ſon"])("%s is not", (path) => {
    expect(problemOfPath(path, "file")).toBeUndefined();
  });
});

describe("the error", () => {
  test("names the rule, the path and the way out", () => {
    expect(() => checkPath("x/y")).toThrow(
      expect.objectContaining({
        code: "MODULE_PATH",
        subject: "x/y",
        message:
          "malformed module path: missing dot in first path element (x/y): expected a domain name first. " +
          "Fix: name the module like example.com/x/y",
      }),
    );
    expect(() => checkImportPath("a//b")).toThrow("malformed import path: double slash (a//b)");
  });

  test("quotes what could pass for other output", () => {
    const forged = "a\n::error::b";
    expect(() => checkFilePath(forged)).toThrow(expect.objectContaining({ subject: '"a\\n::error::b"' }));
  });
});

test.each([
  ["example.com/x", "example.com/x", ""],
  ["example.com/x/v2", "example.com/x", "/v2"],
  ["example.com/xv2", "example.com/xv2", ""],
  ["example.com/x/v", "example.com/x/v", ""],
  ["gopkg.in/check.v1", "gopkg.in/check", ".v1"],
  ["gopkg.in/a/b.v2-unstable", "gopkg.in/a/b", ".v2-unstable"],
])("%s splits at its major version", (path, prefix, pathMajor) => {
  expect(splitPathVersion(path)).toEqual({ prefix, pathMajor });
});

test.each(["example.com/x/v1", "example.com/x/v0", "example.com/x/v2.0", "gopkg.in/x", "gopkg.in/x.v01"])(
  "%s has an impossible major version",
  (path) => {
    expect(splitPathVersion(path)).toBeUndefined();
  },
);
