import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { temporaryDirectory } from "../../src/base/files.ts";
import type { Backend } from "../../src/store/backend.ts";
import { FileBackend } from "../../src/store/file.ts";
import { Store } from "../../src/store/store.ts";
import { ageFiles } from "../contract/age-files.ts";
import { countWrites } from "../contract/count-writes.ts";
import type { FixtureModule } from "../contract/fixture-module.ts";
import { describeStoreContract, type StorePlace } from "../contract/store.contract.ts";
import { publishInChild } from "../support/store-process.ts";
import { visibleFiles } from "../support/visible-files.ts";

describeStoreContract("file", makeFilePlace);

async function makeFilePlace(): Promise<StorePlace> {
  const root = await temporaryDirectory();
  const counter = { writes: 0 };
  return {
    open: (): Backend => countWrites(new FileBackend(root.path), counter),
    writes: () => counter.writes,
    age: (ms) => ageFiles(root.path, ms),
    snapshot: () => visibleFiles(root.path),
    dispose: root.dispose,
  };
}

describe("publishing processes that race for a folder", () => {
  let root: Awaited<ReturnType<typeof temporaryDirectory>>;
  beforeEach(async () => {
    root = await temporaryDirectory();
  });
  afterEach(() => root.dispose());
  const publish = (module: FixtureModule) => publishInChild({ store: `file:${root.path}`, module });

  test("with different versions: all are listed", async () => {
    const versions = ["v1.0.0", "v1.1.0", "v1.2.0", "v1.3.0", "v1.4.0", "v1.5.0"];
    await Promise.all(versions.map((version) => publish({ path: "example.com/m", version })));
    expect(await new Store(new FileBackend(root.path)).versions("example.com/m")).toEqual(versions);
  });

  test("with different contents of one version: one wins, the others are told", async () => {
    const module = { path: "example.com/m", version: "v1.0.0" };
    const outcomes = await Promise.all(
      ["a", "b", "c", "d"].map((content) => publish({ ...module, content })),
    );
    expect(outcomes.filter(({ status }) => status === "published")).toHaveLength(1);
    const codes = outcomes.flatMap(({ code }) => code ?? []);
    expect(codes).toHaveLength(3);
    expect(["RACE_LOST", "VERSION_CHANGED"]).toEqual(expect.arrayContaining(codes));
  });
});
