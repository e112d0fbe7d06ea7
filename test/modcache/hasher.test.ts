import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openHasher } from "../../src/modcache/hasher.ts";
import { type FakeModule, fakeModule } from "../support/fake-module.ts";

let dir: string;
let workerFile: string;
let modules: FakeModule[];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "modwharf-hasher-"));
  workerFile = join(dir, "hash-worker.mjs");
  const entry = fileURLToPath(new URL("../../src/modcache/hash-worker.ts", import.meta.url));
  await build({ entryPoints: [entry], outfile: workerFile, bundle: true, platform: "node", format: "esm" });
  modules = await Promise.all(
    Array.from({ length: 12 }, (_, i) => fakeModule(dir, { path: `example.com/m${i}`, version: "v1.0.0" })),
  );
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const zipOf = ({ verified }: FakeModule) => ({ kind: "zip", path: verified.zipFile }) as const;

test.each([1, 2])(
  "%i threads give each job its own hash, and fail only the jobs that are bad",
  async (threads) => {
    const hasher = openHasher(threads, workerFile);
    expect(hasher.parallel).toBe(Math.min(threads, availableParallelism()));
    const bad = join(dir, "bad.zip");
    await writeFile(bad, "no zip");
    const failing = hasher.hash({ kind: "zip", path: bad });
    const hashes = Promise.all(modules.map((module) => hasher.hash(zipOf(module))));
    await expect(failing).rejects.toMatchObject({ code: "ZIP_INVALID", subject: bad });
    expect(await hashes).toEqual(modules.map(({ h1 }) => h1));
    await hasher.close();
  },
);

test.each([1, 2])("%i threads tell a zip's h1 and the file's SHA-256 together", async (threads) => {
  const hasher = openHasher(threads, workerFile);
  const { verified, h1 } = modules[0]!;
  const { zipFile: path, module } = verified;
  const sums = await hasher.hash({ kind: "module", path, module, result: "sums" });
  const sha256 = createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
  expect(sums).toBe(`${h1} ${sha256}`);
  await hasher.close();
});

test.skipIf(availableParallelism() < 2)(
  "a worker that breaks down fails its job, and the next job gets another worker",
  async () => {
    const broken = join(dir, "broken.mjs");
    await writeFile(broken, "throw new Error('no memory');");
    const hasher = openHasher(2, broken);
    const jobs = await Promise.allSettled(modules.map((module) => hasher.hash(zipOf(module))));
    expect(jobs.every(({ status }) => status === "rejected")).toBe(true);
    await hasher.close();
  },
);
