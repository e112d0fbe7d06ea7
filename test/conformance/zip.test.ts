import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { messageOf } from "../../src/base/errors.ts";
import { hashDir } from "../../src/dirhash/dir.ts";
import { type CheckedFiles, checkFiles, checkZip, errorOf } from "../../src/zip/check.ts";
import { createZip, type ZipInput } from "../../src/zip/create.ts";
import { createZipFromDir } from "../../src/zip/create-from-dir.ts";
import { extractZip } from "../../src/zip/extract.ts";
import { MAX_GO_MOD_BYTES, MAX_LICENSE_BYTES, MAX_ZIP_BYTES, type TreeFile } from "../../src/zip/files.ts";
import { hashZip } from "../../src/zip/hash.ts";
import { checkDir, goVersionOf } from "../../src/zip/tree.ts";
import { describeWithTools } from "../support/tools.ts";
import { Xmod, xmodSourceDir } from "../support/xmod.ts";
import { writeTree, type ZipCase, zipCases } from "../support/zip-cases.ts";

/*
 * The tests of golang.org/x/mod/zip. Left out: TestVCS and the four TestCreateFromVCS tests, which fetch or archive
 * with Go's own VCS code; modwharf reads git in source/, which is held against the real `go` itself.
 */

const large = { path: "example.com/large", version: "v1.0.0" };

/** What our words must contain where Go's test wants other words of its own. */
const otherWords: Record<string, RegExp> = {
  'version "v1.0.0+bad" is not canonical (should be "v1.0.0")':
    /not canonical.*expected v1\.0\.0, got v1\.0\.0\+bad/,
  "invalid version: should be v0 or v1, not v2": /should be v0 or v1, not v2/,
  'malformed module path "\\xff": invalid UTF-8': /malformed module path: invalid UTF-8/,
};

function expectRefusal(error: unknown, wantErr: string): void {
  const words = otherWords[wantErr];
  if (words === undefined) expect(messageOf(error)).toContain(wantErr);
  else expect(messageOf(error)).toMatch(words);
}

const moduleOf = ({ params }: ZipCase) => ({
  // The one path that is not UTF-8 arrives as latin1.
  path: params.path!.replace(/[\x80-\xff]/g, (char) => String.fromCharCode(0xdc00 + char.charCodeAt(0))),
  version: params.version!,
});

const listed = (files: ZipCase["files"]): TreeFile[] =>
  files.map(({ name, data }) => ({ path: name, mode: "regular", sizeBytes: data.length }));

const goVersion = (files: ZipCase["files"]) => {
  const goMod = files.find(({ name }) => name === "go.mod");
  return goMod && goVersionOf(goMod.data);
};

const sorted = (lines: readonly string[], work: string) =>
  lines.map((line) => line.replaceAll(work, "")).sort();

/** A report as Go's tests print it; entries of `omitted` sorted, since Go's order there depends on the walk. */
function sections(checked: CheckedFiles): Record<string, string[]> {
  const told = (list: CheckedFiles["omitted"]) => list.map(({ path, reason }) => `${path}: ${reason}`).sort();
  return { valid: [...checked.valid].sort(), omitted: told(checked.omitted), invalid: told(checked.invalid) };
}

function wanted(want: string): Record<string, string[]> {
  const [valid, omitted, invalid] = want
    .split(/^(?:valid|omitted|invalid):\n/m)
    .slice(1)
    .map((part) => part.split("\n").filter((line) => line !== ""));
  return {
    valid: sorted(valid!, "$work/"),
    omitted: sorted(omitted!, "$work/"),
    invalid: sorted(invalid!, "$work/"),
  };
}

describeWithTools(["go"], "the tests of golang.org/x/mod/zip", () => {
  let go: Xmod;
  let xmod: string;
  let work: string;
  let counter = 0;
  const fresh = () => join(work, `${counter++}`);
  const run = async (kind: string, atLeast: number, each: (one: ZipCase) => Promise<void>) => {
    const cases = zipCases(xmod, kind);
    expect(cases.length).toBeGreaterThanOrEqual(atLeast);
    for (const one of cases) {
      try {
        await each(one);
      } catch (error) {
        throw new Error(`${kind}/${one.name}: ${messageOf(error)}`, { cause: error });
      }
    }
  };
  const writeZip = async (files: ZipCase["files"]) => {
    const zip = fresh();
    const entries = files.map(({ name, data }) => ({ name, data: data.toString("base64"), method: 8 }));
    expect((await go.call("zip.Write", { zip, entries })).error).toBeUndefined();
    return zip;
  };
  const outcome = async (
    wantErr: string | undefined,
    make: () => Promise<string>,
    hash: string | undefined,
  ) => {
    const made = await make().catch((error: unknown) => ({ error }));
    if (wantErr === undefined) expect(made).toBe(hash);
    else expectRefusal((made as { error: unknown }).error ?? made, wantErr);
  };

  beforeAll(async () => {
    go = await Xmod.start();
    xmod = await xmodSourceDir();
    work = mkdtempSync(join(tmpdir(), "modwharf-zip-"));
  });
  afterAll(() => {
    go.close();
    rmSync(work, { recursive: true, force: true });
  });

  test("check_files", () =>
    run("check_files", 4, async ({ files, want }) => {
      expect(sections(checkFiles(listed(files), { goVersion: goVersion(files) }))).toEqual(wanted(want));
    }));

  test("check_dir", () =>
    run("check_dir", 4, async ({ files, want }) => {
      const dir = fresh();
      mkdirSync(dir);
      writeTree(dir, files);
      expect(sections(checkDir(dir))).toEqual(wanted(want));
    }));

  test("check_zip", () =>
    run("check_zip", 2, async (one) => {
      expect(sections(checkZip(moduleOf(one), await writeZip(one.files)))).toEqual(wanted(one.want));
    }));

  test("create", () =>
    run("create", 16, async (one) => {
      const mv = moduleOf(one);
      const make = async () => {
        const checked = checkFiles(listed(one.files), { goVersion: goVersion(one.files) });
        const problem = errorOf(checked, one.name);
        const inputs = one.files
          .filter(({ name }) => checked.valid.includes(name))
          .map(({ name, data }) => ({ path: name, sizeBytes: data.length, content: data }));
        const chunks: Buffer[] = [];
        const sink = { write: (bytes: Uint8Array) => void chunks.push(Buffer.from(bytes)) };
        // Create checks the version first.
        const { h1 } = await createZip(mv, problem === undefined ? inputs : [], sink);
        if (problem !== undefined) throw problem;
        const zip = fresh();
        writeFileSync(zip, Buffer.concat(chunks));
        expect(await hashZip(zip)).toBe(h1);
        expect((await go.call("dirhash.HashZip", { zip })).result).toBe(h1);
        return h1;
      };
      await outcome(one.params.wantErr, make, one.params.hash);
    }));

  test("create_from_dir", () =>
    run("create_from_dir", 13, async (one) => {
      const dir = fresh();
      mkdirSync(dir);
      writeTree(dir, one.files);
      const make = async () => {
        const zip = fresh();
        const { h1 } = await createZipFromDir(moduleOf(one), dir, zip);
        expect((await go.call("dirhash.HashZip", { zip })).result).toBe(h1);
        return h1;
      };
      await outcome(one.params.wantErr, make, one.params.hash);
    }));

  test("unzip", () =>
    run("unzip", 15, async (one) => {
      const mv = moduleOf(one);
      const zip = await writeZip(one.files);
      const make = async () => {
        const dir = fresh();
        await extractZip(mv, zip, { dir });
        return hashDir(dir, `${mv.path}@${mv.version}/`);
      };
      await outcome(one.params.wantErr, make, one.params.hash);
    }));

  test("CreateFromDirSpecial", async () => {
    const mv = { path: "example.com/m", version: "v1.0.0" };
    const empty = "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    const dir = fresh();
    mkdirSync(join(dir, "empty"), { recursive: true });
    expect((await createZipFromDir(mv, dir, fresh())).h1).toBe(empty);
    symlinkSync(dir, join(dir, "link"));
    expect((await createZipFromDir(mv, dir, fresh())).h1).toBe(empty);
    const vendor = join(fresh(), "vendor");
    mkdirSync(vendor, { recursive: true });
    writeFileSync(join(vendor, "go.mod"), "module example.com/m\n\ngo 1.13\n");
    const { h1 } = await createZipFromDir(mv, vendor, fresh());
    expect(h1).toBe("h1:XduFAgX/GaspZa8Jv4pfzoGEzNaU/r88PiCunijw5ok=");
  });

  const tooLarge = /too large/;
  const sizeLimits: [name: string, sizes: Record<string, number>, want: RegExp | undefined][] = [
    ["one_large", { "large.go": MAX_ZIP_BYTES }, undefined],
    ["one_too_large", { "large.go": MAX_ZIP_BYTES + 1 }, tooLarge],
    ["total_large", { "small.go": 10, "large.go": MAX_ZIP_BYTES - 10 }, undefined],
    ["total_too_large", { "small.go": 10, "large.go": MAX_ZIP_BYTES - 9 }, tooLarge],
    ["large_gomod", { "go.mod": MAX_GO_MOD_BYTES }, undefined],
    ["too_large_gomod", { "go.mod": MAX_GO_MOD_BYTES + 1 }, /go\.mod file too large/],
    ["large_license", { LICENSE: MAX_LICENSE_BYTES }, undefined],
    ["too_large_license", { LICENSE: MAX_LICENSE_BYTES + 1 }, /LICENSE file too large/],
    ["negative", { "neg.go": -(2 ** 63) }, tooLarge],
  ];

  test.for(sizeLimits)("CreateSizeLimits %s", async ([, sizes, want]) => {
    const files = Object.entries(sizes).map(([path, sizeBytes]) => ({
      path,
      sizeBytes,
      mode: "regular" as const,
    }));
    const problem = errorOf(checkFiles(files), "test");
    if (want === undefined) expect(problem).toBeUndefined();
    else return expect(problem?.message).toMatch(want);
    const { bytes } = await createZip(large, files.map(zeroInput), { write: () => {} });
    expect(bytes).toBe(Object.values(sizes).reduce((sum, size) => sum + size, 0));
  });

  test("CreateSizeLimits: limits hold for the bytes that come, whatever was declared", async () => {
    const lie = { path: "lie.go", sizeBytes: 1, content: Buffer.from("package large") };
    const sink = { write: () => {} };
    await expect(createZip(large, [lie], sink)).rejects.toThrow("larger than declared size");
    const vast = ["a.go", "b.go"].map((path) => zeroInput({ path, sizeBytes: MAX_ZIP_BYTES / 2 + 1 }));
    await expect(createZip(large, vast, sink)).rejects.toThrow("too large");
  });

  test.for(sizeLimits.filter(([name]) => name !== "negative"))(
    "UnzipSizeLimits %s",
    async ([, sizes, want]) => {
      const zip = fresh();
      const names = Object.keys(sizes).map((name) => `${large.path}@${large.version}/${name}`);
      await go.call("zip.WriteZeros", { zip, names, sizes: Object.values(sizes) });
      const problem = errorOf(checkZip(large, zip), "test");
      const dir = fresh();
      if (want === undefined) {
        expect(problem).toBeUndefined();
        await extractZip(large, zip, { dir });
      } else {
        expect(problem?.message).toMatch(want);
        await expect(extractZip(large, zip, { dir })).rejects.toThrow(want);
      }
      rmSync(dir, { recursive: true, force: true });
      rmSync(zip);
    },
  );

  test("UnzipSizeLimitsSpecial", async () => {
    const mv = { path: "example.com/m", version: "v1.0.0" };
    const zip = fresh();
    writeFileSync(zip, "");
    truncateSync(zip, MAX_ZIP_BYTES);
    await expect(extractZip(mv, zip, { dir: fresh() })).rejects.toThrow("not a valid zip file");
    truncateSync(zip, MAX_ZIP_BYTES + 1);
    await expect(extractZip(mv, zip, { dir: fresh() })).rejects.toThrow("module zip file is too large");
  });
});

/** A file of zero bytes as a stream. */
function zeroInput({ path, sizeBytes }: { path: string; sizeBytes: number }): ZipInput {
  async function* content() {
    const chunk = Buffer.alloc(1024 * 1024);
    for (let left = sizeBytes; left > 0; left -= chunk.length)
      yield chunk.subarray(0, Math.min(left, chunk.length));
  }
  return { path, sizeBytes, content: content() };
}
