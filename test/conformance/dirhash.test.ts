import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dirFiles, hashDir } from "../../src/dirhash/dir.ts";
import { h1OfEntries } from "../../src/dirhash/h1.ts";
import { encodeName } from "../../src/dirhash/names.ts";
import { hashZip } from "../../src/zip/hash.ts";
import { attempt, fuzz, fuzzTimeoutMs } from "../support/fuzz.ts";
import { describeWithTools } from "../support/tools.ts";
import { Xmod } from "../support/xmod.ts";

const contentOf = (name: string) => Buffer.concat([Buffer.from("data for "), encodeName(name)]);
const bytesOf = (name: string) => ({ base64: encodeName(name).toString("base64") });

describeWithTools(["go"], "the tests of golang.org/x/mod/sumdb/dirhash", () => {
  let go: Xmod;
  let work: string;
  beforeAll(async () => {
    go = await Xmod.start();
    work = mkdtempSync(join(tmpdir(), "modwharf-dirhash-"));
  });
  afterAll(() => {
    go.close();
    rmSync(work, { recursive: true, force: true });
  });

  test("Hash1", async () => {
    const { result } = await go.call("dirhash.Hash1", { names: ["xyz", "abc"] });
    expect(
      h1OfEntries([
        ["xyz", contentOf("xyz")],
        ["abc", contentOf("abc")],
      ]),
    ).toBe(result);
    expect(() =>
      h1OfEntries([
        ["xyz", contentOf("xyz")],
        ["a\nbc", contentOf("a\nbc")],
      ]),
    ).toThrow("newline");
  });

  test("HashDir, HashZip", async () => {
    const dir = join(work, "hashdir");
    mkdirSync(dir);
    for (const name of ["xyz", "abc"]) writeFileSync(join(dir, name), contentOf(name));
    const want = h1OfEntries(
      ["prefix/abc", "prefix/xyz"].map((name) => [name, contentOf(name.slice(7))] as const),
    );
    expect(hashDir(dir, "prefix")).toBe(want);
    expect((await go.call("dirhash.HashDir", { dir, prefix: "prefix" })).result).toBe(want);
    const zip = join(work, "hash.zip");
    const entries = ["xyz", "abc"].map((name) => ({
      name: `prefix/${name}`,
      data: contentOf(name).toString("base64"),
      method: 8,
    }));
    await go.call("zip.Write", { zip, entries });
    expect(await hashZip(zip)).toBe(want);
  });

  test("DirFiles", () => {
    const dir = join(work, "dirfiles");
    mkdirSync(join(dir, "subdir"), { recursive: true });
    for (const name of ["xyz", "abc", "subdir/xyz"]) writeFileSync(join(dir, name), "");
    expect(dirFiles(dir, "foo/bar@v2.3.4")).toEqual([
      "foo/bar@v2.3.4/abc",
      "foo/bar@v2.3.4/subdir/xyz",
      "foo/bar@v2.3.4/xyz",
    ]);
    expect(() => dirFiles(join(dir, "xyz"), "")).toThrow("cannot list the directory");
  });

  test("a directory of odd names, links, rights and orders has Go's h1", async () => {
    const dir = join(work, "odd");
    const names = [
      "a-b",
      "a/b",
      "a.b",
      "a b/c",
      "A",
      "\u{10400}",
      "\ufffd",
      "\uff5a",
      "\udcff\udc80x",
      "\udce4/ö",
    ];
    for (const name of names) {
      const path = Buffer.concat([Buffer.from(`${dir}/`), encodeName(name)]);
      const slash = path.lastIndexOf(0x2f);
      mkdirSync(path.subarray(0, slash), { recursive: true });
      writeFileSync(path, name);
    }
    chmodSync(join(dir, "A"), 0o755);
    symlinkSync("A", join(dir, "link"));
    mkdirSync(join(dir, "empty"));
    const { result } = await go.call("dirhash.HashDir", { dir, prefix: "example.com/m@v1.0.0" });
    expect(hashDir(dir, "example.com/m@v1.0.0")).toBe(result);
  });

  const names = fc.oneof(
    fc.string({ unit: "binary", maxLength: 8 }),
    fc.string({
      unit: fc.constantFrom("a", "/", "\ue000", "\uffff", "\u{10000}", "\udc80", "\udcff"),
      maxLength: 4,
    }),
  );
  test(
    "lists of names",
    () =>
      fuzz(fc.uniqueArray(names, { maxLength: 10 }), async (list) => {
        const ours = attempt(() => h1OfEntries(list.map((name) => [name, contentOf(name)])));
        const theirs = await go.call("dirhash.Hash1", { names: list.map(bytesOf) });
        expect("result" in ours ? ours.result : undefined).toBe(theirs.result);
      }),
    fuzzTimeoutMs,
  );
});
