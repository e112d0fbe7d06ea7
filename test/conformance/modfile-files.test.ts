import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseGoMod } from "../../src/modfile/go-mod.ts";
import { formatGoSum, parseGoSum } from "../../src/modfile/go-sum.ts";
import { compareGoVersions, isGoVersion, languageVersion } from "../../src/modfile/go-version.ts";
import { formatModulesTxt, parseModulesTxt } from "../../src/modfile/modules-txt.ts";
import { formatText } from "../../src/modfile/printer.ts";
import { describeWithTools } from "../support/tools.ts";
import { runGo, Xmod } from "../support/xmod.ts";

describeWithTools(["go"], "files that the real go wrote", () => {
  let goroot: string;
  let dir: string;
  beforeAll(async () => {
    goroot = (await runGo(["env", "GOROOT"], ".")).trim();
    dir = mkdtempSync(join(tmpdir(), "modwharf-modfile-"));
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  test("go.mod, go.sum and vendor/modules.txt of Go itself come back unchanged", () => {
    for (const folder of ["src", "src/cmd"]) {
      const read = (file: string) => readFileSync(join(goroot, folder, file), "utf8");
      expect(formatText(parseGoMod("go.mod", read("go.mod")).syntax)).toBe(read("go.mod"));
      expect(formatGoSum(parseGoSum("go.sum", read("go.sum")).entries)).toBe(read("go.sum"));
      const vendored = parseModulesTxt("modules.txt", read("vendor/modules.txt"));
      expect(formatModulesTxt(vendored)).toBe(read("vendor/modules.txt"));
      expect(vendored.modules.every(({ packages }) => packages.length > 0)).toBe(true);
    }
  });

  test("vendor/modules.txt of a workspace with replacements comes back unchanged", async () => {
    const files = {
      "go.work": "go 1.24\nuse ./a\nreplace example.com/unused v1.0.0 => ./unused\n",
      "a/go.mod":
        "module example.com/a\ngo 1.24\nrequire (\n\texample.com/b v1.0.0\n\texample.com/c v1.2.0\n)\n" +
        "replace example.com/b => ../b\nreplace example.com/c v1.2.0 => ../c\n",
      "a/a.go": 'package a\n\nimport (\n\t_ "example.com/b"\n\t_ "example.com/c/sub"\n)\n',
      "b/go.mod": "module example.com/b\ngo 1.21\n",
      "b/b.go": "package b\n",
      "c/go.mod": "module example.com/c\n",
      "c/sub/c.go": "package sub\n",
    };
    for (const [name, content] of Object.entries(files)) {
      await mkdir(join(dir, name, ".."), { recursive: true });
      await writeFile(join(dir, name), content);
    }
    await runGo(["work", "vendor"], dir, { GOWORK: "", GOPROXY: "off" });
    const text = readFileSync(join(dir, "vendor/modules.txt"), "utf8");
    const parsed = parseModulesTxt("modules.txt", text);
    expect(formatModulesTxt(parsed)).toBe(text);
    expect(parsed.workspace).toBe(true);
    expect(parsed.modules).toMatchObject([
      {
        module: { path: "example.com/b", version: "v1.0.0" },
        replacement: { path: "./b", version: "" },
        explicit: true,
        goVersion: "1.21",
        packages: ["example.com/b"],
      },
      { module: { path: "example.com/c", version: "v1.2.0" }, packages: ["example.com/c/sub"] },
      { module: { path: "example.com/unused", version: "v1.0.0" }, packages: [] },
      { module: { path: "example.com/b", version: "" }, replacement: { path: "./b", version: "" } },
    ]);
  });
});

describeWithTools(["go"], "Go versions against go/version", () => {
  let go: Xmod;
  beforeAll(async () => {
    go = await Xmod.start();
  });
  afterAll(() => go.close());

  const numbers = ["0", "1", "9", "10", "20", "21", "22", "01", "", "123456789012345678901234567890"];
  const tails = ["", "rc1", "rc2", "rc", "beta1", "alpha1", "rc01", "RC1", ".0rc1", "-x", " ", "z10", "."];
  const versions = numbers.flatMap((minor) =>
    tails.flatMap((tail) => [`1.${minor}${tail}`, `1.${minor}.${minor}${tail}`, `${minor}${tail}`]),
  );

  test("every pair compares alike", async () => {
    // A dash starts a suffix in the name of a toolchain, which a version has none of.
    const plain = versions.filter((version) => !version.includes("-"));
    const pairs = plain.flatMap((x) => plain.map((y) => ({ x, y })));
    const questions = pairs.map(({ x, y }) => ({ X: `go${x}`, Y: `go${y}` }));
    const answers = await go.callAll<number>("version.Compare", questions);
    const wrong = pairs.filter(({ x, y }, i) => compareGoVersions(x, y) !== answers[i]!.result);
    expect(wrong).toEqual([]);
  });

  test("validity and language version", async () => {
    const plain = versions.filter((version) => !version.includes("-"));
    const valid = await go.callAll<boolean>(
      "version.IsValid",
      plain.map((x) => ({ X: `go${x}` })),
    );
    const languages = await go.callAll<string>(
      "version.Lang",
      plain.map((x) => ({ X: `go${x}` })),
    );
    for (const [i, version] of plain.entries()) {
      expect(isGoVersion(version), version).toBe(valid[i]!.result);
      expect(languageVersion(version), version).toBe(languages[i]!.result!.replace(/^go/, ""));
    }
  });
});
