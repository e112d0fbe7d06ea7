import { stat } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { temporaryDirectory } from "../../src/base/files.ts";
import { contentOfBytes, contentOfFile } from "../../src/store/content.ts";
import { FileBackend } from "../../src/store/file.ts";
import { LEFTOVER_MS, TRUST_MS } from "../../src/store/placement.ts";
import { Store } from "../../src/store/store.ts";
import { ageFiles } from "../contract/age-files.ts";
import { fixtureModule } from "../contract/fixture-module.ts";

/* How publishers keep from exchanging content that another one is about to publish: by age. */

let root: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeEach(async () => {
  root = await temporaryDirectory();
});
afterEach(() => root.dispose());

const MODULE = { path: "example.com/m", version: "v1.0.0" };
const zipPath = () => join(root.path, "example.com/m/@v/v1.0.0.zip");

async function leaveZip(content: string): Promise<void> {
  const module = await fixtureModule({ ...MODULE, content });
  await new FileBackend(root.path).create(
    "example.com/m/@v/v1.0.0.zip",
    await contentOfFile("zip", module.zipFile),
  );
}

test("a young leftover of the same content is taken over as it is", async () => {
  await leaveZip("mine");
  await ageFiles(root.path, TRUST_MS - 60_000);
  const before = await stat(zipPath());
  await new Store(new FileBackend(root.path)).publish(await fixtureModule({ ...MODULE, content: "mine" }));
  expect((await stat(zipPath())).ino).toBe(before.ino);
});

test("an older one is renewed, so that nobody takes it for abandoned", async () => {
  await leaveZip("mine");
  await ageFiles(root.path, TRUST_MS + 60_000);
  await new Store(new FileBackend(root.path)).publish(await fixtureModule({ ...MODULE, content: "mine" }));
  expect(Date.now() - (await stat(zipPath())).mtimeMs).toBeLessThan(TRUST_MS);
});

test.each([
  [LEFTOVER_MS - 120_000, "RACE_LOST"],
  [LEFTOVER_MS + 60_000, undefined],
])("other content %i ms old: %s", async (ageMs, code) => {
  await leaveZip("theirs");
  await ageFiles(root.path, ageMs);
  const publish = new Store(new FileBackend(root.path)).publish(
    await fixtureModule({ ...MODULE, content: "mine" }),
  );
  if (code === undefined) expect(await publish).toBe("published");
  else await expect(publish).rejects.toMatchObject({ code, fix: expect.stringContaining("2 min") });
});

test("a publisher that takes longer than its zip is trusted for publishes nothing", async () => {
  let clockMs = 0;
  const nowMs = () => {
    clockMs += TRUST_MS;
    return clockMs;
  };
  const store = new Store(new FileBackend(root.path), { nowMs });
  await expect(store.publish(await fixtureModule(MODULE))).rejects.toMatchObject({ code: "REMOTE" });
  expect(await store.readFile({ ...MODULE, kind: "info" })).toBeUndefined();
});

test("content that is no zip at all is other content too", async () => {
  const backend = new FileBackend(root.path);
  const module = await fixtureModule(MODULE);
  await backend.create("example.com/m/@v/v1.0.0.zip", contentOfBytes("zip", Buffer.from("half a zi")));
  await expect(new Store(backend).publish(module)).rejects.toMatchObject({
    code: "RACE_LOST",
    expected: expect.stringContaining("not a module zip"),
  });
});
