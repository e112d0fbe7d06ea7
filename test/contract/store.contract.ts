import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Backend } from "../../src/store/backend.ts";
import { contentOfBytes, contentOfFile } from "../../src/store/content.ts";
import { LEFTOVER_MS } from "../../src/store/placement.ts";
import { Store } from "../../src/store/store.ts";
import { fixtureModule } from "./fixture-module.ts";
import { describeHints } from "./hints.contract.ts";

/** One empty place of a kind of store, as the contract needs it. */
export interface StorePlace {
  /** A handle of its own on the same place, as another process would have. */
  open(): Backend;
  /** Requests that changed, or tried to change, anything since the start. */
  writes(): number;
  /** Makes everything stored older, by the storage's clock; undefined when that cannot be done. */
  age: ((ms: number) => Promise<void>) | undefined;
  /** All that a consumer can see: names and contents, without scratch files. */
  snapshot(): Promise<Record<string, string>>;
  dispose(): Promise<void>;
}

const PATH = "example.com/Azure/wharf";
const NO_WAITING = { sleep: async () => {} };

/** What every store promises, whatever its bytes lie on. */
export function describeStoreContract(kind: string, makePlace: () => Promise<StorePlace>): void {
  describe(`the store contract: ${kind}`, () => {
    let place: StorePlace;
    const store = (backend: Backend = place.open()) => new Store(backend, { retry: NO_WAITING });
    const v1 = (extra: object = {}) => fixtureModule({ path: PATH, version: "v1.0.0", ...extra });

    beforeEach(async () => {
      place = await makePlace();
    });
    afterEach(() => place.dispose());

    describeHints(() => place);

    describe("an empty store", () => {
      test("has no versions, files or modules", async () => {
        const empty = store();
        expect(await empty.versions(PATH)).toEqual([]);
        expect(await empty.readFile({ path: PATH, version: "v1.0.0", kind: "info" })).toBeUndefined();
        expect(await all(empty.modules())).toEqual([]);
        expect(await empty.check(await v1())).toBe("absent");
        expect(place.writes()).toBe(0);
      });
    });

    describe("publishing", () => {
      test("makes zip, mod, info and list readable, byte for byte", async () => {
        const module = await v1();
        const target = store();
        expect(await target.publish(module)).toBe("published");
        expect(await text(target, { path: PATH, kind: "list" })).toBe("v1.0.0\n");
        const version = { path: PATH, version: "v1.0.0" };
        expect(await text(target, { ...version, kind: "mod" })).toBe(Buffer.from(module.mod).toString());
        expect(await text(target, { ...version, kind: "info" })).toBe(Buffer.from(module.info).toString());
        await target.verifyPublished(module);
        expect(await target.check(module)).toBe("published");
        expect(await all(target.modules())).toEqual([version]);
      });

      test("the same content again is unchanged and writes nothing, from another process too", async () => {
        await store().publish(await v1());
        const before = await place.snapshot();
        const writes = place.writes();
        expect(await store().publish(await v1())).toBe("unchanged");
        expect(place.writes()).toBe(writes);
        expect(await place.snapshot()).toEqual(before);
      });

      test("the same files in a zip of other bytes, or with another .info, are the same content", async () => {
        await store().publish(await v1({ level: 9 }));
        const writes = place.writes();
        expect(await store().publish(await v1({ level: 0, time: "2025-01-01T00:00:00Z" }))).toBe("unchanged");
        expect(place.writes()).toBe(writes);
      });

      test("other content is refused with both hashes, and nothing is written", async () => {
        const first = await v1();
        const second = await v1({ content: "second" });
        await store().publish(first);
        const writes = place.writes();
        const refused = await store()
          .publish(second)
          .catch((error: unknown) => error);
        expect(refused).toMatchObject({ code: "VERSION_CHANGED", exitCode: 4 });
        expect(String(refused)).toContain(first.h1);
        expect(String(refused)).toContain(second.h1);
        expect(
          await store()
            .check(second)
            .catch((error: unknown) => error),
        ).toMatchObject({
          code: "VERSION_CHANGED",
        });
        expect(place.writes()).toBe(writes);
      });

      test("another go.mod beside the same zip is other content", async () => {
        await store().publish(await v1());
        const second = await v1({ modComment: "retagged" });
        await expect(store().publish(second)).rejects.toMatchObject({
          code: "VERSION_CHANGED",
          actual: expect.stringContaining(second.goModH1),
        });
      });

      test("a zip of several megabytes arrives whole", async () => {
        const module = await v1({ ballastBytes: 6_000_000 });
        expect(await store().publish(module)).toBe("published");
        await store().verifyPublished(module);
      });
    });

    describe("the list", () => {
      test("is in semantic version order, whatever the order of publishing", async () => {
        for (const version of ["v1.10.0", "v1.2.0-rc.1", "v1.2.0", "v1.9.0", "v1.2.0-beta"]) {
          await store().publish(await fixtureModule({ path: PATH, version }));
        }
        const sorted = ["v1.2.0-beta", "v1.2.0-rc.1", "v1.2.0", "v1.9.0", "v1.10.0"];
        expect(await store().versions(PATH)).toEqual(sorted);
        expect(await text(store(), { path: PATH, kind: "list" })).toBe(`${sorted.join("\n")}\n`);
      });

      test("holds no pseudo-version, and does not exist for nothing else", async () => {
        const pseudo = "v0.0.0-20240506070809-0123456789ab";
        expect(await store().publish(await fixtureModule({ path: PATH, version: pseudo }))).toBe("published");
        expect(await store().readFile({ path: PATH, kind: "list" })).toBeUndefined();
        await store().publish(await v1());
        expect(await store().versions(PATH)).toEqual(["v1.0.0"]);
        expect(await store().publish(await fixtureModule({ path: PATH, version: pseudo }))).toBe("unchanged");
        expect((await all(store().modules(PATH))).map(({ version }) => version).sort()).toEqual([
          pseudo,
          "v1.0.0",
        ]);
      });

      test("keeps modules apart whose names differ in case or by a prefix", async () => {
        const paths = ["example.com/azure/wharf", "example.com/Azure/wharf", "example.com/azure/wharf/sub"];
        for (const [i, path] of paths.entries()) {
          await store().publish(await fixtureModule({ path, version: `v1.${i}.0` }));
        }
        for (const [i, path] of paths.entries()) {
          expect(await store().versions(path)).toEqual([`v1.${i}.0`]);
          expect(await all(store().modules(path))).toEqual([{ path, version: `v1.${i}.0` }]);
        }
      });

      test("has the +incompatible version under its own name", async () => {
        const module = await fixtureModule({ path: PATH, version: "v2.0.0+incompatible" });
        expect(await store().publish(module)).toBe("published");
        expect(await store().versions(PATH)).toEqual(["v2.0.0+incompatible"]);
        expect(await all(store().modules(PATH))).toEqual([{ path: PATH, version: "v2.0.0+incompatible" }]);
        const writes = place.writes();
        expect(await store().publish(module)).toBe("unchanged");
        expect(place.writes()).toBe(writes);
      });
    });

    describe("an interrupted publish", () => {
      const version = { path: PATH, version: "v1.0.0" };

      test("leaves nothing visible after any of its steps, and the next run completes it", async () => {
        const module = await v1();
        const reference = await referenceSnapshot(makePlace, module);
        for (const steps of [1, 2, 3, 4]) {
          const fresh = await makePlace();
          try {
            const stopped = store(stopAfterWrites(fresh.open(), steps));
            await stopped.publish(module).catch(() => {});
            await expectAbsentOrComplete(store(fresh.open()), module);
            await store(fresh.open()).publish(module);
            await store(fresh.open()).verifyPublished(module);
            expect(await fresh.snapshot()).toEqual(reference);
          } finally {
            await fresh.dispose();
          }
        }
      });

      test("a zip alone is no version: neither listed nor resolvable", async () => {
        const module = await v1();
        const backend = place.open();
        await backend.create(
          backend.keysOf({ ...version, kind: "zip" })[0],
          await contentOfFile("zip", module.zipFile),
        );
        expect(await store().versions(PATH)).toEqual([]);
        expect(await store().readFile({ ...version, kind: "info" })).toBeUndefined();
        expect(await store().check(module)).toBe("incomplete");
        expect(await store().publish(module)).toBe("published");
      });

      test("a version without its line in list is completed", async () => {
        const module = await v1();
        const backend = place.open();
        const put = async (kind: "zip" | "mod" | "info", bytes?: Uint8Array) =>
          backend.create(
            backend.keysOf({ ...version, kind })[0],
            bytes === undefined ? await contentOfFile(kind, module.zipFile) : contentOfBytes(kind, bytes),
          );
        await put("zip");
        await put("mod", module.mod);
        await put("info", module.info);
        expect(await store().check(module)).toBe("incomplete");
        expect(await store().publish(module)).toBe("published");
        expect(await store().versions(PATH)).toEqual(["v1.0.0"]);
      });

      test("of other content is not replaced while it may still be running", async () => {
        const other = await v1({ content: "aborted" });
        const mine = await v1();
        await store(stopAfterWrites(place.open(), 1))
          .publish(other)
          .catch(() => {});
        const refused = await store()
          .publish(mine)
          .catch((error: unknown) => error);
        expect(refused).toMatchObject({ code: "RACE_LOST", exitCode: 4 });
        expect(String(refused)).toContain(other.h1);
        expect(String(refused)).toContain(mine.h1);
        expect(await store().publish(other)).toBe("published");
      });

      test("of other content is replaced once it is certainly over", async ({ skip }) => {
        if (place.age === undefined) skip("the storage's clock cannot be moved here");
        const mine = await v1({ content: "second", modComment: "second" });
        await store(stopAfterWrites(place.open(), 2))
          .publish(await v1())
          .catch(() => {});
        await place.age!(LEFTOVER_MS + 60_000);
        expect(await store().publish(mine)).toBe("published");
        await store().verifyPublished(mine);
      });
    });

    describe("racing publishers", () => {
      test("of different versions all end up in list", async () => {
        const versions = Array.from({ length: 8 }, (_, i) => `v1.${i}.0`);
        const modules = await Promise.all(versions.map((version) => fixtureModule({ path: PATH, version })));
        const outcomes = await Promise.all(modules.map((module) => store().publish(module)));
        expect(outcomes).toEqual(versions.map(() => "published"));
        expect(await store().versions(PATH)).toEqual(versions);
      });

      test("of the same content all succeed", async () => {
        const modules = await Promise.all([1, 2, 3, 4].map(() => v1()));
        await Promise.all(modules.map((module) => store().publish(module)));
        await store().verifyPublished(modules[0]!);
        expect(await store().versions(PATH)).toEqual(["v1.0.0"]);
      });

      test("of different content: at most one wins, the others exit 4, what is visible is the winner's", async () => {
        const modules = await Promise.all(
          ["a", "b", "c"].map((content) => v1({ content, modComment: content })),
        );
        const outcomes = await Promise.allSettled(modules.map((module) => store().publish(module)));
        const winners = modules.filter((_, i) => outcomes[i]!.status === "fulfilled");
        for (const outcome of outcomes) {
          if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ exitCode: 4 });
        }
        if (store().guarantee === "atomic") expect(winners).toHaveLength(1);
        expect(winners.length).toBeLessThanOrEqual(1);
        if (winners.length === 1) await store().verifyPublished(winners[0]!);
        else expect(await store().readFile({ path: PATH, version: "v1.0.0", kind: "info" })).toBeUndefined();
      });
    });
  });
}

/** The backend of a process that dies right after its n-th write reached the storage. */
export function stopAfterWrites(backend: Backend, steps: number): Backend {
  let left = steps;
  const counted = async <T>(write: () => Promise<T>): Promise<T> => {
    if (left <= 0) throw new Error("this process is dead");
    const result = await write();
    left--;
    return result;
  };
  return new Proxy(backend, {
    get(target, name) {
      if (name === "create" || name === "replace") {
        const method = target[name].bind(target) as (...args: unknown[]) => Promise<boolean>;
        return (...args: unknown[]) => counted(() => method(...args));
      }
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

type Module = Awaited<ReturnType<typeof fixtureModule>>;

async function referenceSnapshot(makePlace: () => Promise<StorePlace>, module: Module) {
  const place = await makePlace();
  try {
    await new Store(place.open(), { retry: NO_WAITING }).publish(module);
    return await place.snapshot();
  } finally {
    await place.dispose();
  }
}

/** What `go` resolves a version through (`.info`, `list`) says either nothing or what the other files keep. */
async function expectAbsentOrComplete(store: Store, { module }: Module): Promise<void> {
  const info = await store.readFile({ ...module, kind: "info" });
  info?.body.destroy();
  const listed = (await store.versions(module.path)).includes(module.version);
  if (listed) expect(info).toBeDefined();
  if (info === undefined) return;
  for (const kind of ["zip", "mod"] as const) {
    const file = await store.readFile({ ...module, kind });
    expect(file).toBeDefined();
    file?.body.destroy();
  }
}

async function text(store: Store, file: Parameters<Store["readFile"]>[0]): Promise<string | undefined> {
  const found = await store.readFile(file);
  if (found === undefined) return undefined;
  const chunks: Buffer[] = [];
  for await (const chunk of found.body as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}
