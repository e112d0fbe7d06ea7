import { describe, expect, test } from "vitest";
import type { ModuleSource } from "../../src/api/module-surface.ts";
import { parseGoFile } from "../../src/api/parser.ts";
import { compareWhole } from "./compare-whole.ts";

const many = 100_000;

/** A module of one package with one file. */
const source = (text: string): ModuleSource => ({
  modulePath: "example.com/m",
  packages: new Map([["", async () => [{ path: "a.go", text }]]]),
});
const changes = async (before: string, after: string) =>
  (await compareWhole(source(before), source(after))).map(({ kind, name }) => `${kind} ${name}`.trim());

describe("nesting that would end a recursive parser", () => {
  test.each([
    ["parentheses of a type", `var X ${"(".repeat(many)}int${")".repeat(many)}`],
    ["slices", `type T ${"[]".repeat(many)}int`],
    ["arrays", `type T ${"[1]".repeat(many)}int`],
    ["pointers", `type T ${"*".repeat(many)}int`],
    ["functions", `type T ${"func(".repeat(many)}${")".repeat(many)}`],
    ["structs", `type T ${"struct{ A ".repeat(many)}int${"}".repeat(many)}`],
    ["interfaces", `type T ${"interface{ F(x ".repeat(many)}int${") }".repeat(many)}`],
    ["maps", `type T ${"map[int]".repeat(many)}int`],
    ["type arguments", `var X ${"T[".repeat(many)}int${"]".repeat(many)}`],
    ["channels", `type T ${"chan ".repeat(many)}int`],
  ])("%s are a problem of the file", (_name, declaration) => {
    const { problem } = parseGoFile("a.go", `package m\n\n${declaration}\n`);
    expect(problem?.line).toBe(3);
  });

  test.each([
    ["expressions", `var X = ${"(".repeat(many)}1${")".repeat(many)}`],
    ["composite literals", `var X = T${"{".repeat(many)}${"}".repeat(many)}`],
    ["blocks", `func X() ${"{".repeat(many)}${"}".repeat(many)}`],
  ])("%s are skipped", (_name, declaration) => {
    const { problem, declarations } = parseGoFile("a.go", `package m\n\n${declaration}\n`);
    expect(problem).toBeUndefined();
    expect(declarations.map(({ name }) => name)).toEqual(["X"]);
  });

  test.each([
    ["negations", `//go:build ${"!".repeat(many)}linux`],
    ["parentheses", `//go:build ${"(".repeat(many)}linux${")".repeat(many)}`],
    ["old lines", `// +build ${"a,b ".repeat(many)}`],
  ])("a build constraint of %s is not built, as go does it", async (_name, constraint) => {
    expect(await changes("package m\n", `${constraint}\n\npackage m\n\nvar X int\n`)).not.toContain(
      "added X",
    );
  });
});

describe("files that break off or hold what is no Go", () => {
  test.each([
    ["a string", 'func F() { x := "abc\n}'],
    ["a raw string", "var X = `abc\n"],
    ["a comment", "/* abc\n"],
    ["a rune", "var X = 'a\n"],
    ["NUL", "var X\u0000 = 1"],
    ["a byte that is not UTF-8", "var \ufffd = 1"],
    ["a byte order mark in the middle", "\ufeffvar X = 1"],
  ])("%s", (_name, declaration) => {
    expect(parseGoFile("a.go", `package m\n\n${declaration}\n`).problem?.line).toBe(3);
  });

  test("a byte order mark at the start is none", () => {
    expect(parseGoFile("a.go", "\ufeffpackage m\n\nvar X = 1\n").problem).toBeUndefined();
  });

  test("one line of many declarations has the right columns", () => {
    const declarations = Array.from({ length: 20_000 }, (_, i) => `func F${i}() {}`);
    const file = parseGoFile("a.go", `package m; /* ä𝄞 */ ${declarations.join("; ")}`);
    expect(file.declarations).toHaveLength(20_000);
    expect(file.declarations[0]!.at).toEqual({ line: 1, column: 26 });
    expect(file.declarations[1]!.at).toEqual({ line: 1, column: 26 + "F0() {}; func ".length });
  });
});

describe("types that grow without end when they are written out", () => {
  const chain = (link: (i: number) => string, end: string) =>
    `package m\n\n${Array.from({ length: 60 }, (_, i) => link(i)).join("\n")}\n${end}\n`;

  test("aliases that name the next one twice", async () => {
    const bomb = chain((i) => `type A${i} = func(A${i + 1}, A${i + 1})`, "type A60 = int\n\nfunc F(a A0) {}");
    expect(await changes(bomb, bomb)).toEqual([]);
    expect(await changes(bomb, bomb.replace("func F(a A0)", "func F(a A0, b int)"))).toEqual(["changed F"]);
  });

  test("aliases that go round in a circle", async () => {
    const circle = "package m\n\ntype A = []B\ntype B = []A\n\nfunc F(a A) {}\n";
    expect(await changes(circle, circle)).toEqual([]);
  });

  test("structs that embed the next two twice", async () => {
    const bomb = chain(
      (i) => `type A${i} struct{ A${i + 1}; B${i + 1} }\ntype B${i} struct{ A${i + 1}; B${i + 1} }`,
      "type A60 struct{ X int }\ntype B60 struct{ Y int }",
    );
    expect(await changes(bomb, bomb)).toEqual([]);
    expect(await changes(bomb, bomb.replace("Y int", ""))).toContain("removed B60.Y");
  });
});
