import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ModwharfError } from "../../src/base/errors.ts";
import { encodeName } from "../../src/dirhash/names.ts";
import { type CheckedFiles, checkFiles, checkZip, errorOf } from "../../src/zip/check.ts";
import { createZip } from "../../src/zip/create.ts";
import { type TreeFile, zipPrefix } from "../../src/zip/files.ts";
import { hashZip } from "../../src/zip/hash.ts";
import { goVersionOf } from "../../src/zip/tree.ts";
import { announceFuzz, fuzz, fuzzTimeoutMs } from "../support/fuzz.ts";
import { describeWithTools } from "../support/tools.ts";
import { type Answer, Xmod } from "../support/xmod.ts";
import { type Damage, damage, damages, fileLists, goMods, zipEntries } from "../support/zip-arbitraries.ts";
import { ruleOfReason } from "../support/zip-cases.ts";

interface GoChecked {
  valid: unknown[];
  omitted: { path: unknown; reason: string }[];
  invalid: { path: unknown; reason: string }[];
  sizeError: string;
}

const mv = { path: "example.com/m", version: "v1.0.0" };

/** The very bytes of a name, as the Go program takes and gives them. */
const bytesOf = (name: string) => {
  const bytes = encodeName(name);
  return bytes.toString("utf8") === name ? name : { base64: bytes.toString("base64") };
};

const told = (list: CheckedFiles["omitted"]) =>
  list.map(({ path, rule }) => ({ path: bytesOf(path), rule: rule === "directory" ? "irregular" : rule }));

const ours = (checked: CheckedFiles): Verdicts => ({
  valid: checked.valid.map(bytesOf),
  omitted: told(checked.omitted),
  invalid: told(checked.invalid),
  isTooLarge: checked.sizeError !== undefined,
});

interface Verdicts {
  valid: unknown[];
  omitted: { path: unknown; rule: string }[];
  invalid: { path: unknown; rule: string }[];
  isTooLarge: boolean;
}

const theirs = ({ valid, omitted, invalid, sizeError }: GoChecked): Verdicts => ({
  valid,
  omitted: omitted.map(({ path, reason }) => ({ path, rule: ruleOfReason(reason) })),
  invalid: invalid.map(({ path, reason }) => ({ path, rule: ruleOfReason(reason) })),
  isTooLarge: sizeError !== "",
});

async function refusal(run: () => Promise<unknown>): Promise<ModwharfError | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    if (error instanceof ModwharfError) return error;
    throw error;
  }
}

/** What modwharf refuses and Go does not, by design. */
const isStricter = (error: ModwharfError | undefined) =>
  error !== undefined && /overlap|encrypted/.test(error.message);

describeWithTools(["go"], "the same verdicts and hashes as golang.org/x/mod for generated", () => {
  let go: Xmod;
  let work: string;
  let counter = 0;
  const fresh = () => join(work, `${counter++ % 64}.zip`);
  beforeAll(async () => {
    announceFuzz("zip");
    go = await Xmod.start();
    work = mkdtempSync(join(tmpdir(), "modwharf-fuzz-zip-"));
  });
  afterAll(() => {
    go.close();
    rmSync(work, { recursive: true, force: true });
  });

  test(
    "file lists",
    () =>
      fuzz(fc.record({ files: fileLists, goMod: fc.option(goMods) }), async ({ files, goMod }) => {
        const isRoot = ({ path, mode }: TreeFile) => path === "go.mod" && mode === "regular";
        const text = Buffer.from(goMod ?? "", "latin1");
        const list =
          goMod === null ? files : [...files, { path: "go.mod", mode: "regular" as const, sizeBytes: 9 }];
        const asked = list.map((file) => ({
          ...file,
          path: bytesOf(file.path),
          data: isRoot(file) ? text.toString("base64") : "",
        }));
        const { result } = (await go.call("zip.CheckFiles", { files: asked })) as { result: GoChecked };
        const goVersion = list.some(isRoot) ? goVersionOf(text) : undefined;
        expect(ours(checkFiles(list, { goVersion }))).toEqual(theirs(result));
      }),
    fuzzTimeoutMs,
  );

  const writeEntries = async (entries: Readonly<Record<string, unknown>>[]) => {
    const zip = fresh();
    expect((await go.call("zip.Write", { zip, entries })).error).toBeUndefined();
    return zip;
  };
  const asEntries = (list: typeof zipEntries extends fc.Arbitrary<infer T> ? T : never) =>
    list.map(({ name, hasPrefix, content, isDeflated }) => ({
      name: bytesOf((hasPrefix ? zipPrefix(mv) : "") + name),
      // archive/zip itself refuses content for a directory.
      data: name.endsWith("/") || (name === "" && hasPrefix) ? "" : Buffer.from(content).toString("base64"),
      method: isDeflated ? 8 : 0,
    }));

  test(
    "zips that Go wrote",
    () =>
      fuzz(zipEntries, async (list) => {
        const zip = await writeEntries(asEntries(list));
        const { result } = (await go.call("zip.CheckZip", { ...mv, zip })) as { result: GoChecked };
        expect(ours(checkZip(mv, zip))).toEqual(theirs(result));
        const hashed = await go.call<string>("dirhash.HashZip", { zip });
        const error = await refusal(async () => expect(await hashZip(zip)).toBe(hashed.result));
        if (error !== undefined) expect(hashed.error, error.message).toBeDefined();
      }),
    fuzzTimeoutMs,
  );

  test(
    "zips that Go wrote and that were damaged",
    () =>
      fuzz(fc.record({ list: zipEntries, changes: damages }), async ({ list, changes }) => {
        const zip = await writeEntries(asEntries(list));
        writeFileSync(zip, damage(readFileSync(zip), changes as Damage[]));
        const checked = (await go.call("zip.CheckZip", { ...mv, zip })) as Answer<GoChecked>;
        const failed = await refusal(async () => {
          const mine = ours(checkZip(mv, zip));
          if (checked.result !== undefined)
            expect(withoutModes(mine)).toEqual(withoutModes(theirs(checked.result)));
          else expect(mine, checked.error).toBeUndefined();
        });
        if (failed !== undefined && !isStricter(failed)) expect(checked.error, failed.message).toBeDefined();
        const hashed = await go.call<string>("dirhash.HashZip", { zip });
        const error = await refusal(async () => expect(await hashZip(zip)).toBe(hashed.result));
        if (error !== undefined && !isStricter(error)) expect(hashed.error, error.message).toBeDefined();
      }),
    fuzzTimeoutMs,
  );

  test(
    "zips of ours, for Go to check and hash",
    () =>
      fuzz(
        fc.record({ files: fileLists, content: fc.uint8Array({ maxLength: 300 }) }),
        async ({ files, content }) => {
          const checked = checkFiles(files);
          if (errorOf(checked, "") !== undefined) return;
          const inputs = checked.valid.map((path, i) => ({
            path,
            content: Buffer.from(content.subarray(0, i * 20)),
          }));
          const chunks: Buffer[] = [];
          const sink = { write: (bytes: Uint8Array) => void chunks.push(Buffer.from(bytes)) };
          const { h1 } = await createZip(mv, inputs, sink);
          const zip = fresh();
          writeFileSync(zip, Buffer.concat(chunks));
          expect((await go.call("dirhash.HashZip", { zip })).result).toBe(h1);
          const { result } = (await go.call("zip.CheckZip", { ...mv, zip })) as { result: GoChecked };
          expect(result.valid).toEqual(checked.valid.map((path) => zipPrefix(mv) + path));
          expect(await hashZip(zip)).toBe(h1);
        },
      ),
    fuzzTimeoutMs,
  );
});

/** Damage can turn an entry into a link or device by its mode, which Go overlooks in zips and we refuse. */
function withoutModes({ valid, invalid, isTooLarge }: Verdicts): unknown {
  const isMode = ({ rule }: { rule: string }) => rule === "symlink" || rule === "irregular";
  const refused = invalid.filter(isMode).map(({ path }) => path);
  return {
    valid: [...valid, ...refused].map((path) => JSON.stringify(path)).sort(),
    invalid: invalid.filter((problem) => !isMode(problem)),
    isTooLarge,
  };
}
