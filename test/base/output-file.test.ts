import { execFileSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { temporaryDirectory } from "../../src/base/files.ts";
import { checkOutputFile, writeOutputFile } from "../../src/base/output-file.ts";

let dir: { path: string; dispose: () => Promise<void> };
beforeEach(async () => {
  dir = await temporaryDirectory();
});
afterEach(() => dir.dispose());

const contents = [
  ["text", "content"],
  ["a function", (temporary: string) => writeFile(temporary, "content")],
] as const;

describe.each(contents)("writeOutputFile of %s", (_, content) => {
  it("writes into a pipe, which stays one", async () => {
    const pipe = join(dir.path, "pipe");
    execFileSync("mkfifo", [pipe]);
    await checkOutputFile(pipe);
    const [read] = await Promise.all([readFile(pipe, "utf8"), writeOutputFile(pipe, content)]);
    expect(read).toBe("content");
    expect(lstatSync(pipe).isFIFO()).toBe(true);
  });

  it.runIf(existsSync("/proc/self/fd"))("appends to an open file that /dev/fd names", async () => {
    const file = join(dir.path, "printed");
    writeFileSync(file, "before, ");
    const open = openSync(file, "a");
    try {
      await checkOutputFile(`/dev/fd/${open}`);
      await writeOutputFile(`/dev/fd/${open}`, content);
    } finally {
      closeSync(open);
    }
    expect(readFileSync(file, "utf8")).toBe("before, content");
  });

  it("replaces a link that stands in a project, wherever it leads", async () => {
    const file = join(dir.path, "own");
    writeFileSync(file, "untouched");
    symlinkSync(file, join(dir.path, "report"));
    await writeOutputFile(join(dir.path, "report"), content);
    expect(readFileSync(file, "utf8")).toBe("untouched");
    expect(lstatSync(join(dir.path, "report")).isFile()).toBe(true);
  });
});

it("refuses a folder before and at the writing", async () => {
  mkdirSync(join(dir.path, "folder"));
  const refused = { code: "FILE_UNWRITABLE", actual: "EISDIR" };
  await expect(checkOutputFile(join(dir.path, "folder"))).rejects.toMatchObject(refused);
  await expect(writeOutputFile(join(dir.path, "folder"), "x")).rejects.toMatchObject(refused);
});
