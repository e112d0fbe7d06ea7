import { describe, expect, test } from "vitest";
import type { ModuleSource } from "../../src/api/module-surface.ts";
import { compareWhole } from "./compare-whole.ts";

/** A module from `path: source` pairs; a source without package clause gets the folder's name. */
function moduleOf(files: Record<string, string>, modulePath = "example.com/m"): ModuleSource {
  const packages = new Map<string, () => Promise<{ path: string; text: string }[]>>();
  for (const path of Object.keys(files)) {
    const dir = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
    const inDir = Object.entries(files).filter(
      ([name]) => (name.includes("/") ? name.slice(0, name.lastIndexOf("/")) : "") === dir,
    );
    packages.set(dir, async () =>
      inDir.map(([name, text]) => ({
        path: name,
        text: /^(\/\/.*\n|\n)*package /.test(text)
          ? text
          : `package ${dir.split("/").at(-1) || "m"}\n${text}`,
      })),
    );
  }
  return { modulePath, packages };
}

async function changes(base: Record<string, string>, head: Record<string, string>): Promise<string[]> {
  return (await compareWhole(moduleOf(base), moduleOf(head))).map((change) =>
    `${change.importPath.slice(13)}.${change.name} ${change.kind}`.replace(/^\./, ""),
  );
}
const change = (base: string, head: string) => changes({ "a.go": base }, { "a.go": head });

describe("compareModules", () => {
  test.each<[string, string, string, string[]]>([
    ["a removed function", "func F() {}", "", ["F removed"]],
    ["an unexported one", "func f() {}", "", []],
    ["a removed type, told once", "type T struct{ A int }\nfunc (T) M() {}", "", ["T removed"]],
    ["a removed method", "type T int\nfunc (T) M() {}", "type T int", ["T.M removed"]],
    ["a removed field", "type T struct{ A, b int }", "type T struct{ b int }", ["T.A removed"]],
    ["a method of an unexported type", "type t int\nfunc (t) M() {}", "type t int", []],
    [
      "an added method of an interface",
      "type I interface{ A() }",
      "type I interface{ A(); B() }",
      ["I.B interface-grew"],
    ],
    ["the same for a sealed one", "type I interface{ a() }", "type I interface{ a(); B() }", ["I.B added"]],
    ["renamed parameters", "func F(a int) (err error)", "func F(b int) error", []],
    ["a changed parameter", "func F(a int)", "func F(a ...int)", ["F changed"]],
    ["renamed type parameters", "func F[K any](K)", "func F[V interface{}](V)", []],
    ["a stricter constraint", "type T[K any] struct{}", "type T[K comparable] struct{}", ["T changed"]],
    ["a changed literal", "const C = 1", "const C = 2", ["C value-changed"]],
    [
      "a constant before others",
      "const (\nA = iota\nB\n)",
      "const (\nX = iota\nA\nB\n)",
      ["A value-changed", "B value-changed", "X added"],
    ],
    ["a value that moved to a variable", "const C = 1", "var C = 1", []],
    ["a func that became a variable", "func F() {}", "var F func()", []],
    ["a func that became another variable", "func F() {}", "var F func(int)", ["F changed"]],
    ["a variable that became a func", "var F func()", "func F() {}", ["F changed"]],
    [
      "another name for the same type",
      "func F(string, []any)",
      "type T = string\ntype l = []any\nfunc F(T, l)",
      ["T added"],
    ],
    ["aliases in a circle", "func F(T)\ntype T = T", "func F(T)\ntype T = T", []],
    [
      "a promoted method kept",
      "type T struct{}\nfunc (T) M() {}",
      "type T struct{ base }\ntype base struct{}\nfunc (*base) M() {}",
      [],
    ],
    [
      "a promoted method lost",
      "type T struct{ base }\ntype base struct{}\nfunc (*base) M() {}",
      "type T struct{ base }\ntype base struct{}",
      ["T.M removed"],
    ],
    [
      "a shallower name hides a deeper",
      "type T struct{ a; M int }\ntype a struct{}\nfunc (a) M() {}",
      "type T struct{ a; M int }\ntype a struct{}",
      [],
    ],
    [
      "an embedded foreign type may have it",
      "type T struct{}\nfunc (T) M() {}",
      'import "example.com/other"\ntype T struct{ other.Base }',
      ["T.Base added"],
    ],
    ["recursive embedding ends", "type T struct{ *T; A int }", "type T struct{ *T }", ["T.A removed"]],
    [
      "a defined type has no methods of its source",
      "type T U\ntype U struct{ A int }\nfunc (U) M() {}",
      "type T U\ntype U struct{}\nfunc (U) M() {}",
      ["T.A removed", "U.A removed"],
    ],
  ])("%s", async (_name, base, head, expected) => {
    expect(await change(base, head)).toEqual(expected);
  });

  test("a type that became an alias of an internal one keeps its members", async () => {
    const base = { "a.go": "type T struct{ A int }\nfunc (T) M() {}" };
    const head = {
      "a.go": 'import "example.com/m/internal/impl"\ntype T = impl.T',
      "internal/impl/b.go": "type T struct{ A int }\nfunc (T) M() {}",
    };
    expect(await changes(base, head)).toEqual([]);
    head["internal/impl/b.go"] = "type T struct{ A int }";
    expect(await changes(base, head)).toEqual(["T.M removed"]);
  });

  test("a name that stays on some ports only is named with the lost ones", async () => {
    const found = await compareWhole(
      moduleOf({ "a_linux.go": "func F() {}", "a_windows.go": "func F() {}", "b.go": "" }),
      moduleOf({ "a_linux.go": "func F() {}", "b.go": "" }),
    );
    expect(found.map((entry) => entry.what)).toEqual(["was removed on windows/amd64"]);
  });

  test("packages come and go; tests, programs and ignored files do not count", async () => {
    const base = {
      "a/a.go": "func F()",
      "cmd/x/main.go": "package main\nfunc F() {}",
      "b/b_test.go": "func G()",
    };
    const head = {
      "c/c.go": "func F()",
      "cmd/x/main.go": "package main",
      "d/d.go": "//go:build ignore\n\npackage d\n",
    };
    expect(await changes(base, head)).toEqual(["/a. package-removed", "/c. package-added"]);
  });

  test("a package that cannot be parsed is not judged, and says so", async () => {
    expect(await change("func F() {}", "func ?")).toEqual([" unreadable"]);
  });

  test("two majors of one module compare by their paths within it", async () => {
    const text = (path: string) => `import "${path}/b"\nfunc F(b.T)`;
    const base = moduleOf({ "a.go": text("example.com/m"), "b/b.go": "type T int" });
    const head = moduleOf({ "a.go": text("example.com/m/v2"), "b/b.go": "type T int" }, "example.com/m/v2");
    expect(await compareWhole(base, head)).toEqual([]);
  });
});
