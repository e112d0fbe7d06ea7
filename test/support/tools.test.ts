import { expect, test } from "vitest";
import { isRequired, lacksOf } from "./tools.ts";

test("a program that is there but may not do what a suite needs is as good as missing", () => {
  const permission = { tool: "node", what: "a network namespace" };
  expect(lacksOf(["node", { ...permission, isGiven: true }])).toEqual([]);
  expect(lacksOf([{ ...permission, isGiven: false }])).toEqual([
    { tool: "node", why: "node may not make a network namespace here" },
  ]);
  const missing = [{ tool: "no-such-tool", why: expect.stringContaining("no-such-tool not found on PATH") }];
  expect(lacksOf(["no-such-tool"])).toEqual(missing);
  expect(lacksOf([{ ...permission, tool: "no-such-tool", isGiven: true }])).toEqual(missing);
});

test("MODWHARF_REQUIRE names tools, or all of them", () => {
  expect(isRequired("unshare", "go, unshare")).toBe(true);
  expect(isRequired("unshare", "all")).toBe(true);
  expect(isRequired("unshare", "go,unshared")).toBe(false);
  expect(isRequired("unshare", "")).toBe(false);
});
