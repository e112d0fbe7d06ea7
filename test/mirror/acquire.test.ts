import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { temporaryDirectory } from "../../src/base/files.ts";
import { acquireModule } from "../../src/mirror/acquire.ts";
import type { Hasher } from "../../src/modcache/hasher.ts";

let dir: string;
let dispose: () => Promise<void>;
beforeEach(async () => {
  ({ path: dir, dispose } = await temporaryDirectory());
});
afterEach(() => dispose());

test("a failure is told when nothing writes into the folder any more, which the caller removes", async () => {
  const workDir = join(dir, "work");
  await mkdir(workDir);
  let fail = (_: Error): void => {};
  let written = false;
  const client = {
    mod: async () => Buffer.from(""),
    info: () => new Promise<never>((_, reject) => (fail = reject)),
    zip: async (_: unknown, file: string) => {
      fail(new Error("no .info"));
      await new Promise((resolve) => setImmediate(resolve));
      await writeFile(file, "written after the failure");
      written = true;
      return { sizeBytes: 1, resumed: 0 };
    },
  };
  const module = { path: "m.example", version: "v1.0.0" };
  const expected = { h1: undefined, goModH1: undefined, by: [] };
  const acquired = acquireModule(module, expected, { client, hasher: {} as Hasher, workDir });
  await expect(acquired).rejects.toThrow("no .info");
  expect(written).toBe(true);
});
