import { expect, test } from "vitest";
import { matchModule, matchPath } from "../../src/policy/patterns.ts";

test("a pattern of thousands of wildcards is answered at once", () => {
  const path = `example.com/${"a".repeat(200)}`;
  expect(matchModule(`${"*".repeat(2000)}${"/...".repeat(500)}`, path)).toBe(false);
  expect(matchModule(`${"*a".repeat(100)}*`, `${"a".repeat(200)}/b`)).toBe(false);
  expect(matchPath(`${"**/*a".repeat(300)}`, path)).toBe(false);
  expect(matchPath("**/a/*.go", "x/a/b.go")).toBe(true);
});
