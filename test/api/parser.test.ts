import { describe, expect, test } from "vitest";
import { portsOf } from "../../src/api/build-constraint.ts";
import { parseGoFile } from "../../src/api/parser.ts";
import { printSignature, printType } from "../../src/api/print-type.ts";
import type { GoFile } from "../../src/api/syntax.ts";

const parse = (body: string): GoFile => parseGoFile("a/a.go", `package a\n${body}`);
const scopeOf = (file: GoFile) => ({
  file,
  importPath: "example.com/m/a",
  modulePath: "example.com/m",
  aliases: new Map(),
  typeParams: new Map<string, string>(),
});

/** The declarations as `kind name: type`, for short tables. */
function declared(body: string): string[] {
  const file = parse(body);
  expect(file.problem).toBeUndefined();
  return file.declarations.map((declaration) => {
    const scope = scopeOf(file);
    const type =
      declaration.kind === "func"
        ? printSignature(declaration.type, scope)
        : declaration.type === undefined
          ? "?"
          : printType(declaration.type, scope);
    return `${declaration.kind} ${declaration.name}: ${type}`;
  });
}

describe("parseGoFile", () => {
  test.each([
    [
      "func F(a, b int, c ...string) (n int, err error) { return }",
      "func F: (int, int, ...string) (int, error)",
    ],
    ["func F(int, string)", "func F: (int, string)"],
    [
      "func F(a []int, b [2]string, c [N]T, d [n+1]T, l List[T])",
      "func F: ([]int, [2]string, [N]T, [n+1]T, List[T])",
    ],
    ["func F(List[T], Map[K, V])", "func F: (List[T], Map[K, V])"],
    [
      "func F(func(a int) string, interface{}, interface { M(x byte); error })",
      "func F: (func(int) string, any, interface{M(uint8); error})",
    ],
    [
      "func F() (<-chan int, chan<- rune, chan (<-chan T))",
      "func F: () (<-chan int, chan<- int32, chan <-chan T)",
    ],
    ["type T [N]int", "type T: [N]int"],
    ["type T [N * 2]int", "type T: [N*2]int"],
    ["type T [max]int", "type T: [max]int"],
    ["type T []int", "type T: []int"],
    ["type T[P any] []P", "type T: []P"],
    ["type T[K comparable, V int | ~string] map[K]V", "type T: map[K]V"],
    ["type T[P *C,] int", "type T: int"],
    [
      'type T struct { a, B int; *E; pkg.F; List[G]; c [2]int `json:"c"` }',
      'type T: struct{a int; B int; *E; pkg.F; List[G]; c [2]int `json:"c"`}',
    ],
    ["var X, Y = f(), func() int { return '}' }", "var X: ?"],
    ['var s = `}` + "{\\"" + string(\'{\')\nvar T int', "var s: ?"],
    ["const A, B int = 1, 2", "const A: int"],
  ])("%s", (body, first) => {
    expect(declared(body)[0]).toBe(first);
  });

  test("a method is told by its receiver, generic or not", () => {
    const file = parse("func (t *T[K, _]) M() {}\nfunc (T) N() {}\nfunc (*T) O()");
    const receivers = file.declarations.map((entry) => entry.kind === "func" && entry.receiver);
    expect(receivers).toEqual([
      { typeName: "T", typeParams: ["K", "_"] },
      { typeName: "T", typeParams: [] },
      { typeName: "T", typeParams: [] },
    ]);
  });

  test("a constant without value repeats the one before it with the next iota", () => {
    const file = parse("const (\n\tA T = iota\n\tB // second\n\t_\n\tD, E = iota, 2\n)");
    const values = file.declarations.map(
      (entry) => entry.kind === "const" && [entry.name, entry.value, entry.iota],
    );
    expect(values).toEqual([
      ["A", "iota", 0],
      ["B", "iota", 1],
      ["_", "iota", 2],
      ["D", "iota", 3],
      ["E", "2", 3],
    ]);
  });

  test("comments, raw strings and runes inside bodies do not end them", () => {
    const file = parse("func F() { /* } */ _ = '\\''; _ = `}`; // }\n\tx := a / b; _ = \"}\" }\nfunc G() {}");
    expect(file.declarations.map((entry) => entry.name)).toEqual(["F", "G"]);
  });

  test("a mistake is told with its line and column, and what stands before it is kept", () => {
    const file = parse("func F() {}\ntype T ?\n");
    expect(file.declarations.map((entry) => entry.name)).toEqual(["F"]);
    expect(file.problem).toEqual({ message: '"?" starts no token of Go', line: 3, column: 8 });
  });

  test("a column counts characters, not UTF-16 units", () => {
    expect(parse('var a = "𝒳"; var Ä int').declarations[1]?.at).toEqual({ line: 2, column: 18 });
  });
});

describe("portsOf", () => {
  const count = (path: string, constraint?: string): number =>
    portsOf(path, constraint, false).toString(2).replaceAll("0", "").length;
  test.each([
    ["a.go", undefined, 7],
    ["linux.go", undefined, 7],
    ["a_linux.go", undefined, 3],
    ["a_linux_arm64.go", undefined, 1],
    ["a_plan9.go", undefined, 0],
    ["a.go", "ignore", 0],
    ["a.go", "!windows && (amd64 || arm64)", 4],
    ["a.go", "unix", 5],
    ["a.go", "cgo || !cgo", 7],
    ["a.go", "go1.21 && !purego", 7],
  ])("%s with %s is built for %d of the ports", (path, constraint, expected) => {
    expect(count(path, constraint)).toBe(expected);
  });

  test("old constraint lines mean what go:build says", () => {
    const file = parseGoFile(
      "a.go",
      "// Copyright\n\n// +build linux,amd64 darwin\n// +build !cgo\n\npackage a\n",
    );
    expect(file.constraint).toBe("((linux && amd64) || (darwin)) && ((!cgo))");
  });
});
