import { describe, expect, test } from "vitest";
import { type VerifiedGoMod, verifyGoMod } from "../../src/artifact/verify-go-mod.ts";
import type { Backend } from "../../src/store/backend.ts";
import { contentOfFile } from "../../src/store/content.ts";
import { LEFTOVER_MS } from "../../src/store/placement.ts";
import { Store } from "../../src/store/store.ts";
import { type FixtureModule, fixtureModule } from "./fixture-module.ts";
import type { StorePlace } from "./store.contract.ts";

const module = { path: "example.com/Azure/wharf", version: "v1.0.0" };
const HINTS = { isAbsent: true, isListAbsent: true, readBack: false };

/** What a mirror relies on: hints that save requests and can be wrong, listings, and go.mod files alone. */
export function describeHints(place: () => StorePlace): void {
  const store = (backend: Backend = place().open()) =>
    new Store(backend, { retry: { sleep: async () => {} } });
  const v1 = (extra: Partial<FixtureModule> = {}) => fixtureModule({ ...module, ...extra });

  describe("publishing what the caller saw to be absent", () => {
    test("leads to the same as without that hint", async () => {
      expect(await store().publish(await v1(), HINTS)).toBe("published");
      await store().verifyPublished(await v1());
      const hinted = await place().snapshot();
      expect(await store().publish(await v1())).toBe("unchanged");
      expect(await place().snapshot()).toEqual(hinted);
    });

    test("when it is there meanwhile, with the same content: nothing changes", async () => {
      await store().publish(await v1());
      const before = await place().snapshot();
      expect(await store().publish(await v1(), HINTS)).toBe("unchanged");
      expect(await place().snapshot()).toEqual(before);
    });

    test("when it is there with other content, however long: refused, nothing changes", async () => {
      await store().publish(await v1());
      const before = await place().snapshot();
      await place().age?.(2 * LEFTOVER_MS);
      const other = await v1({ content: "second", modComment: "second" });
      await expect(store().publish(other, HINTS)).rejects.toMatchObject({
        code: "VERSION_CHANGED",
        exitCode: 4,
      });
      expect(await place().snapshot()).toEqual(before);
    });

    test("keeps the lines of a list that was thought absent", async () => {
      await store().publish(await v1());
      await store().publish(await v1({ version: "v1.1.0" }), HINTS);
      expect(await store().versions(module.path)).toEqual(["v1.0.0", "v1.1.0"]);
    });

    test("completes what an interrupted run left", async () => {
      const backend = place().open();
      const zip = await contentOfFile("zip", (await v1()).zipFile);
      await backend.create(backend.keysOf({ ...module, kind: "zip" })[0], zip);
      expect(await store().publish(await v1(), HINTS)).toBe("published");
      await store().verifyPublished(await v1());
    });

    test("racing publishers of different content: at most one wins", async () => {
      const rivals = await Promise.all(["a", "b", "c"].map((content) => v1({ content })));
      const outcomes = await Promise.allSettled(rivals.map((rival) => store().publish(rival, HINTS)));
      const winners = rivals.filter((_, i) => outcomes[i]!.status === "fulfilled");
      for (const outcome of outcomes)
        if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ exitCode: 4 });
      expect(winners.length).toBeLessThanOrEqual(1);
      if (winners[0] !== undefined) await store().verifyPublished(winners[0]);
    });
  });

  test("a snapshot knows what is there, unless that is more than wanted", async () => {
    expect((await store().snapshot(10))?.has({ ...module, kind: "info" })).toBe(false);
    await store().publish(await v1());
    const snapshot = await store().snapshot(10);
    for (const kind of ["zip", "mod", "info"] as const) expect(snapshot?.has({ ...module, kind })).toBe(true);
    expect(snapshot?.has({ path: module.path, kind: "list" })).toBe(true);
    expect(snapshot?.has({ ...module, version: "v1.1.0", kind: "info" })).toBe(false);
    expect(await store().snapshot(3)).toBeUndefined();
  });

  describe("a go.mod alone", () => {
    const goMod = (comment = ""): VerifiedGoMod =>
      verifyGoMod(module, Buffer.from(`module ${module.path}\n\ngo 1.21\n${comment}`), undefined);

    test("is put once, and the version stays absent", async () => {
      expect(await store().publishGoMod(goMod())).toBe("published");
      expect(await store().publishGoMod(goMod())).toBe("unchanged");
      expect(await store().goModHash(module)).toBe(goMod().goModH1);
      expect(await store().has(module)).toBe(false);
      expect(await store().versions(module.path)).toEqual([]);
    });

    test("never changes, however long it is there", async () => {
      await store().publishGoMod(goMod());
      const before = await place().snapshot();
      await place().age?.(2 * LEFTOVER_MS);
      await expect(store().publishGoMod(goMod("// other\n"))).rejects.toMatchObject({
        code: "VERSION_CHANGED",
        actual: goMod("// other\n").goModH1,
      });
      expect(await place().snapshot()).toEqual(before);
    });

    test("is not changed by publishing the version with another one either", async () => {
      await store().publishGoMod(goMod("// other\n"));
      const before = await place().snapshot();
      await place().age?.(2 * LEFTOVER_MS);
      for (const hints of [{}, HINTS])
        await expect(store().publish(await v1(), hints)).rejects.toMatchObject({ code: "VERSION_CHANGED" });
      expect(await place().snapshot()).toEqual(before);
    });

    test("is not changed by who looked before it was put", async () => {
      await store().publishGoMod(goMod("// other\n"));
      await place().age?.(2 * LEFTOVER_MS);
      const late = store().publish(await v1(), { ...HINTS, isModAbsent: true });
      await expect(late).rejects.toMatchObject({ code: "RACE_LOST", exitCode: 4 });
      expect(await store().goModHash(module)).toBe(goMod("// other\n").goModH1);
      expect(await store().has(module)).toBe(false);
    });

    test("does not change that of a published version", async () => {
      await store().publish(await v1());
      expect(await store().publishGoMod(goMod())).toBe("unchanged");
      await expect(store().publishGoMod(goMod("// other\n"))).rejects.toMatchObject({ exitCode: 4 });
    });

    test("becomes a whole version, also where the caller thought that nothing was there", async () => {
      await store().publishGoMod(goMod());
      expect(await store().publish(await v1(), HINTS)).toBe("published");
      await store().verifyPublished(await v1());
    });
  });
}
