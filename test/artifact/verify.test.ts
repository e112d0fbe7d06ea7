import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { VerifiedModule, type VerifyOptions, verifyModule } from "../../src/artifact/verify.ts";
import { hashGoMod } from "../../src/dirhash/h1.ts";
import { createZip } from "../../src/zip/create.ts";
import { fileSink } from "../../src/zip/sink.ts";

const module = { path: "example.com/m", version: "v1.2.3" };

async function files(overrides: Partial<VerifyOptions> = {}): Promise<VerifyOptions & { h1: string }> {
  const dir = mkdtempSync(join(tmpdir(), "modwharf-test-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const zipFile = join(dir, "module.zip");
  const file = await open(zipFile, "w");
  const content = Buffer.from("package m\n");
  const { h1 } = await createZip(
    module,
    [{ path: "m.go", sizeBytes: content.length, content }],
    fileSink(file.fd),
  );
  await file.close();
  const mod = Buffer.from("module example.com/m\n");
  const info = Buffer.from('{"Version":"v1.2.3","Time":"2024-01-01T00:00:00Z"}');
  return { module, zipFile, mod, info, h1, ...overrides };
}

describe("verifyModule", () => {
  test("computes both hashes and keeps the files", async () => {
    const options = await files();
    const verified = await verifyModule(options);
    expect(verified).toMatchObject({
      module,
      h1: options.h1,
      goModH1: hashGoMod(options.mod),
      zipFile: options.zipFile,
    });
    expect(VerifiedModule.is(verified)).toBe(true);
    await verified.dispose();
    expect(existsSync(options.zipFile)).toBe(false);
  });

  test("accepts the hashes that were expected", async () => {
    const options = await files();
    const expected = { h1: options.h1, goModH1: hashGoMod(options.mod) };
    await expect(verifyModule({ ...options, expected })).resolves.toMatchObject(expected);
  });

  const wrong = "h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  const info = (text: string) => ({ info: Buffer.from(text) });
  test.each<[string, Partial<VerifyOptions>, string]>([
    ["another zip", { expected: { h1: wrong } }, "HASH_MISMATCH"],
    ["another go.mod", { expected: { goModH1: wrong } }, "HASH_MISMATCH"],
    ["the go.mod of another module", { mod: Buffer.from("module example.com/x\n") }, "MODULE_PATH_DIFFERS"],
    ["a go.mod without module", { mod: Buffer.from("go 1.20\n") }, "MODULE_PATH_DIFFERS"],
    ["an unparsable go.mod", { mod: Buffer.from('module "x\n') }, "MODFILE_SYNTAX"],
    ["the .info of another version", info('{"Version":"v1.2.4"}'), "REMOTE_BAD_ANSWER"],
    ["an .info that is no JSON", info("<html>"), "REMOTE_BAD_ANSWER"],
    [
      "a zip of another version",
      { module: { ...module, version: "v1.2.4" }, ...info('{"Version":"v1.2.4"}') },
      "ZIP_INVALID",
    ],
    ["a version that does not fit the path", { module: { ...module, version: "v2.0.0" } }, "MODULE_VERSION"],
    ["a zip that is none", { zipFile: import.meta.filename }, "ZIP_INVALID"],
    ["a zip that is missing", { zipFile: "/nowhere.zip" }, "FILE_UNREADABLE"],
  ])("refuses %s", async (_name, overrides, code) => {
    await expect(verifyModule(await files(overrides))).rejects.toMatchObject({ code });
  });

  test("accepts another declared path only when asked to, as for replaced modules", async () => {
    const options = await files({ mod: Buffer.from("module example.com/original\n") });
    await expect(verifyModule({ ...options, declaredPath: "any" })).resolves.toBeInstanceOf(VerifiedModule);
  });

  test("is the only maker of a VerifiedModule", async () => {
    const options = await files();
    const forge = VerifiedModule as unknown as new (key: symbol, facts: unknown) => VerifiedModule;
    expect(() => new forge(Symbol("verified"), options)).toThrow(
      expect.objectContaining({ code: "INTERNAL" }),
    );
    expect(VerifiedModule.is({ ...(await verifyModule(options)) })).toBe(false);
    expect(VerifiedModule.is(Object.create(VerifiedModule.prototype))).toBe(false);
  });
});
