import { execFileSync } from "node:child_process";
import { chmod, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  asFileError,
  checkWritable,
  copyInto,
  createFileOnce,
  exists,
  makeDirectory,
  readFileOrNothing,
  readIfPresent,
  readWhole,
  temporaryDirectory,
  writeFileAtomic,
} from "../../src/base/files.ts";

let dir: { path: string; dispose: () => Promise<void> };
beforeEach(async () => {
  dir = await temporaryDirectory();
});
afterEach(() => dir.dispose());

describe("writeFileAtomic", () => {
  it("creates folders, replaces content and leaves nothing else behind", async () => {
    const path = join(dir.path, "a/b/file");
    await writeFileAtomic(path, "one");
    await writeFileAtomic(path, Buffer.from("two"));
    expect(await readFile(path, "utf8")).toBe("two");
    expect(await readdir(join(dir.path, "a/b"))).toEqual(["file"]);
  });

  it("keeps the old content and no temporary file when writing fails", async () => {
    const path = join(dir.path, "file");
    await writeFileAtomic(path, "old");
    const half = async (temporary: string) => {
      await writeFile(temporary, "half");
      throw new Error("broken");
    };
    await expect(writeFileAtomic(path, half)).rejects.toThrow("broken");
    expect(await readFile(path, "utf8")).toBe("old");
    expect(await readdir(dir.path)).toEqual(["file"]);
  });

  it("says which file and why when the place is no folder", async () => {
    await writeFile(join(dir.path, "file"), "");
    await expect(writeFileAtomic(join(dir.path, "file/x"), "")).rejects.toMatchObject({
      code: "FILE_UNWRITABLE",
      exitCode: 2,
      fix: expect.stringMatching(/a part of this one is a file/),
    });
  });
});

describe("makeDirectory", () => {
  it("makes what is missing, and takes what is there", async () => {
    const path = join(dir.path, "one/two/three");
    await makeDirectory(path);
    await makeDirectory(path);
    await makeDirectory("/");
    expect(await exists(path)).toBe(true);
  });

  it("refuses a file in the place of a folder", async () => {
    await writeFileAtomic(join(dir.path, "file"), "");
    await expect(makeDirectory(join(dir.path, "file"))).rejects.toMatchObject({ code: "EEXIST" });
    await expect(makeDirectory(join(dir.path, "file/x"))).rejects.toMatchObject({ code: "ENOTDIR" });
  });

  it.skipIf(process.platform !== "linux")("ends where folders can never be made", async () => {
    await expect(makeDirectory("/proc/none/such")).rejects.toMatchObject({ code: "ENOENT" });
    const written = writeFileAtomic("/proc/none/such/file", "");
    await expect(written).rejects.toMatchObject({ code: "FILE_UNWRITABLE", subject: "/proc/none/such/file" });
  });
});

describe("checkWritable", () => {
  it("leaves nothing behind where a file can be written", async () => {
    await checkWritable(join(dir.path, "new/file"));
    expect(await readdir(join(dir.path, "new"))).toEqual([]);
  });

  it("refuses a folder, and what is below a file", async () => {
    await expect(checkWritable(dir.path)).rejects.toMatchObject({
      code: "FILE_UNWRITABLE",
      actual: "EISDIR",
    });
    await writeFileAtomic(join(dir.path, "file"), "kept");
    await expect(checkWritable(join(dir.path, "file/x"))).rejects.toMatchObject({ actual: "EEXIST" });
    await checkWritable(join(dir.path, "file"));
    expect(await readFile(join(dir.path, "file"), "utf8")).toBe("kept");
  });
});

describe("temporaryDirectory", () => {
  it("names the folder that is missing or full instead of calling it a defect", async () => {
    vi.stubEnv("TMPDIR", join(dir.path, "absent"));
    await expect(temporaryDirectory()).rejects.toMatchObject({ code: "FILE_UNWRITABLE", actual: "ENOENT" });
    vi.unstubAllEnvs();
  });
});

describe("asFileError", () => {
  it("takes the file system's errors and leaves everything else", () => {
    const full = Object.assign(new Error("no space"), { code: "ENOSPC", syscall: "write" });
    expect(asFileError(full)).toMatchObject({ code: "FILE_UNWRITABLE", actual: "ENOSPC", subject: "write" });
    expect(asFileError(Object.assign(new Error("reset"), { code: "ECONNRESET" }))).toBeUndefined();
    expect(asFileError(new TypeError("x is not a function"))).toBeUndefined();
  });
});

describe("createFileOnce", () => {
  it("lets exactly one of many writers win", async () => {
    const path = join(dir.path, "file");
    const wins = await Promise.all(
      Array.from({ length: 20 }, (_, i) => createFileOnce(path, `content ${i}`)),
    );
    expect(wins.filter(Boolean)).toHaveLength(1);
    expect(await readFile(path, "utf8")).toBe(`content ${wins.indexOf(true)}`);
    expect(await readdir(dir.path)).toEqual(["file"]);
  });

  it("takes a copy of another file", async () => {
    await writeFile(join(dir.path, "from"), "bytes");
    expect(
      await createFileOnce(join(dir.path, "to"), (temporary) => copyInto(join(dir.path, "from"), temporary)),
    ).toBe(true);
    expect(await readFile(join(dir.path, "to"), "utf8")).toBe("bytes");
  });
});

describe("readWhole", () => {
  it("reads pipes, and no more of what never ends than any file has", async () => {
    const pipe = join(dir.path, "pipe");
    execFileSync("mkfifo", [pipe]);
    const [read] = await Promise.all([readWhole(pipe), writeFile(pipe, "piped")]);
    expect(read.toString()).toBe("piped");
    await symlink("/dev/zero", join(dir.path, "endless"));
    const endless = readWhole(join(dir.path, "endless"), 1_000_000);
    await expect(endless).rejects.toMatchObject({
      code: "FILE_UNREADABLE",
      expected: "at most 1000000 bytes",
    });
    await writeFile(join(dir.path, "large"), Buffer.alloc(11));
    await expect(readWhole(join(dir.path, "large"), 10)).rejects.toMatchObject({ code: "FILE_UNREADABLE" });
  });
});

describe("readFileOrNothing", () => {
  it("reads files only, none that is too large", async () => {
    const file = join(dir.path, "small");
    await writeFile(file, "here");
    expect(readFileOrNothing(file, 4)?.toString()).toBe("here");
    expect(readFileOrNothing(file, 3)).toBeUndefined();
    const pipe = join(dir.path, "waiting");
    execFileSync("mkfifo", [pipe]);
    await symlink("/dev/zero", join(dir.path, "zeros"));
    for (const other of [pipe, join(dir.path, "zeros"), dir.path, join(dir.path, "absent")])
      expect(readFileOrNothing(other)).toBeUndefined();
  });
});

describe("readIfPresent", () => {
  it("tells absent from unreadable", async () => {
    expect(await readIfPresent(join(dir.path, "none/at/all"))).toBeUndefined();
    await mkdir(join(dir.path, "folder"));
    await chmod(join(dir.path, "folder"), 0o755);
    await expect(readIfPresent(join(dir.path, "folder"))).rejects.toMatchObject({
      code: "FILE_UNREADABLE",
      actual: "EISDIR",
    });
  });
});
