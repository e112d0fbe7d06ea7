import { expect, test } from "vitest";
import * as edit from "../../src/modfile/edit.ts";
import { setRequire, setRequireSeparateIndirect } from "../../src/modfile/edit-require.ts";
import { addReplace, dropGo, dropReplace } from "../../src/modfile/edit-shared.ts";
import { emptyGoMod, formatGoMod, type GoMod, parseGoMod } from "../../src/modfile/go-mod.ts";
import { newFileSyntax } from "../../src/modfile/syntax.ts";

const original = `module example.com/m

go 1.21

// What we build on.
require (
	example.com/a v1.0.0 // keep
	example.com/b v1.0.0 // indirect; through a
)
`;

/** The file after an edit; it must also parse to what the edit left in memory. */
function after(change: (mod: GoMod) => void, text = original): string {
  const mod = parseGoMod("go.mod", text);
  change(mod);
  edit.cleanup(mod);
  const printed = Buffer.from(formatGoMod(mod)).toString();
  const places = ["syntax", "line", "position"];
  const meaning = (file: GoMod) =>
    // Sorting a block moves its lines, not the entries of the list.
    Object.entries(file).map(([name, value]) => {
      const text = (entry: unknown) =>
        JSON.stringify(entry, (key, field) => (places.includes(key) ? 0 : field));
      if (places.includes(name)) return [];
      return [name, Array.isArray(value) ? value.map(text).sort() : text(value)];
    });
  expect(meaning(mod)).toEqual(meaning(parseGoMod("go.mod", printed)));
  return printed;
}

test("a go.mod from nothing", () => {
  const mod = emptyGoMod(newFileSyntax("go.mod"));
  edit.setModule(mod, "example.com/m");
  edit.setGo(mod, "1.24.0");
  edit.addRequire(mod, { path: "example.com/a", version: "v1.0.0" });
  edit.addRequire(mod, { path: "example.com/b", version: "v1.0.0" });
  expect(Buffer.from(formatGoMod(mod)).toString()).toBe(
    "module example.com/m\n\ngo 1.24.0\n\nrequire (\n\texample.com/a v1.0.0\n\texample.com/b v1.0.0\n)\n",
  );
});

test("raising a requirement keeps its comment", () => {
  expect(after((mod) => edit.addRequire(mod, { path: "example.com/a", version: "v1.1.0" }))).toBe(
    original.replace("a v1.0.0", "a v1.1.0"),
  );
});

test("a block left with one line becomes a line, with both comments", () => {
  expect(after((mod) => edit.dropRequire(mod, "example.com/b"))).toBe(
    "module example.com/m\n\ngo 1.21\n\n// What we build on.\nrequire example.com/a v1.0.0 // keep\n",
  );
});

test("setRequire changes marks, drops what is not listed and adds what is new", () => {
  const text = after((mod) =>
    setRequire(mod, [
      { module: { path: "example.com/b", version: "v1.2.0" }, indirect: false },
      { module: { path: "example.com/0", version: "v0.1.0" }, indirect: true },
    ]),
  );
  expect(text).toContain("\texample.com/0 v0.1.0 // indirect\n\texample.com/b v1.2.0 // through a\n)");
});

test("setRequireSeparateIndirect splits a plain block", () => {
  const plain = "module m\n\nrequire (\n\ta v1.0.0\n\tb v1.0.0 // indirect\n)\n";
  const text = after((mod) => {
    const list = mod.require.map(({ module, indirect }) => ({ module, indirect }));
    setRequireSeparateIndirect(mod, [...list, { module: { path: "c", version: "v1.0.0" }, indirect: true }]);
  }, plain);
  expect(text).toBe(
    "module m\n\nrequire a v1.0.0\n\nrequire (\n\tb v1.0.0 // indirect\n\tc v1.0.0 // indirect\n)\n",
  );
});

test("two versions of one path are a defect of the caller", () => {
  const mod = parseGoMod("go.mod", original);
  const list = ["v1.0.0", "v2.0.0"].map((version) => ({ module: { path: "a", version }, indirect: false }));
  expect(() => setRequire(mod, list)).toThrow(/two versions of a/);
});

test("a replacement of all versions takes the place of the others, and can be dropped again", () => {
  const replaced = `${original}\nreplace example.com/a v1.0.0 => ../a // local\n\nreplace example.com/a v1.1.0 => ../b\n`;
  const all = { path: "example.com/a", version: "" };
  const text = after((mod) => addReplace(mod, all, { path: "../a b", version: "" }), replaced);
  expect(text).toBe(`${original}\nreplace example.com/a => "../a b" // local\n`);
  const dropped = after((mod) => {
    addReplace(mod, all, { path: "../c", version: "" });
    dropReplace(mod, all);
  }, replaced);
  expect(dropped).toBe(original);
});

test("retractions carry their rationale", () => {
  const text = after((mod) =>
    edit.addRetract(mod, { low: "v1.0.0", high: "v1.0.3" }, "Broken.\nUse v1.0.4."),
  );
  expect(text).toBe(`${original}\n// Broken.\n// Use v1.0.4.\nretract [v1.0.0, v1.0.3]\n`);
  expect(after((mod) => edit.dropRetract(mod, { low: "v1.0.0", high: "v1.0.3" }), text)).toBe(original);
});

test("an incompatible version says how to write it", () => {
  const mod = parseGoMod("go.mod", original);
  expect(() => edit.addExclude(mod, { path: "example.com/a", version: "v2.0.0" })).toThrow(
    /write v2.0.0\+incompatible, or use the module path example.com\/a\/v2/,
  );
});

test("exclusions, tools, directories and comments", () => {
  const text = after((mod) => {
    edit.addExclude(mod, { path: "example.com/a", version: "v1.0.1" });
    edit.addExclude(mod, { path: "example.com/a", version: "v1.0.1" });
    edit.addTool(mod, "example.com/a/cmd/z");
    edit.addTool(mod, "example.com/a/cmd/b");
    edit.addIgnore(mod, "./with space");
    edit.addComment(mod, "// the end");
    dropGo(mod);
  });
  expect(text.slice(text.indexOf("exclude"))).toBe(
    "exclude example.com/a v1.0.1\n\ntool (\n\texample.com/a/cmd/b\n\texample.com/a/cmd/z\n)\n\n" +
      'ignore "./with space"\n\n// the end\n',
  );
  expect(text).not.toContain("go 1.21");
  const cleared = after((mod) => {
    edit.dropExclude(mod, { path: "example.com/a", version: "v1.0.1" });
    edit.dropTool(mod, "example.com/a/cmd/z");
    edit.dropIgnore(mod, "./with space");
  }, text);
  expect(cleared).toContain("// through a".slice(3));
  expect(cleared.slice(cleared.indexOf("tool"))).toBe("tool example.com/a/cmd/b\n\n// the end\n");
});

test("malformed versions are refused before anything changes", () => {
  const mod = parseGoMod("go.mod", original);
  expect(() => edit.setGo(mod, "v1.22")).toThrow(/not a Go version \(v1.22\)/);
  expect(() => edit.setToolchain(mod, "1.22")).toThrow(/not a toolchain/);
  expect(Buffer.from(formatGoMod(mod)).toString()).toBe(original);
});
