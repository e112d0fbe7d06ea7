import { expect, test } from "vitest";
import { escapePath, escapeVersion, unescapePath, unescapeVersion } from "../../src/module/escape.ts";

test.each([
  ["github.com/Azure/azure-sdk-for-go", "github.com/!azure/azure-sdk-for-go"],
  ["github.com/BurntSushi/toml", "github.com/!burnt!sushi/toml"],
  ["rsc.io/quote/v3", "rsc.io/quote/v3"],
])("path %s ↔ %s", (path, escaped) => {
  expect(escapePath(path)).toBe(escaped);
  expect(unescapePath(escaped)).toBe(path);
});

test.each([
  ["v1.2.3-RC1", "v1.2.3-!r!c1"],
  ["v2.0.0+incompatible", "v2.0.0+incompatible"],
  ["Feature-x", "!feature-x"],
])("version %s ↔ %s", (version, escaped) => {
  expect(escapeVersion(version)).toBe(escaped);
  expect(unescapeVersion(escaped)).toBe(version);
});

test.each([
  "github.com/Azure",
  "github.com/!Azure",
  "github.com/a!",
  "github.com/!1",
  "github.com/!!a",
  "github.com/é",
  "x",
  "",
])("%j is no escaped module path", (escaped) => {
  expect(() => unescapePath(escaped)).toThrow(expect.objectContaining({ code: "MODULE_PATH" }));
});

test.each(["V1.0.0", "v1!", "a/b", "..", "", "con", "v1é"])("%j is no escaped version", (escaped) => {
  expect(() => unescapeVersion(escaped)).toThrow(expect.objectContaining({ code: "MODULE_VERSION" }));
});

test.each(["feature/x", "v1!", "vé", "", "nul"])("version %j has no escaped form", (version) => {
  expect(() => escapeVersion(version)).toThrow(expect.objectContaining({ code: "MODULE_VERSION" }));
});

test("a path that is no module path has no escaped form", () => {
  expect(() => escapePath("x/Y")).toThrow("missing dot in first path element");
});
