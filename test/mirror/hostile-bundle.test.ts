import { createHash } from "node:crypto";
import { cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ModuleWorld, modLine, moduleWorld, sumLines } from "../support/module-world.ts";
import { type Ran, run } from "../support/run-command.ts";
import { readTar, writeTar } from "../support/tar.ts";

let world: ModuleWorld;

beforeEach(async () => {
  world = await moduleWorld();
  const one = await world.add("a.example/One", "v1.0.0");
  const two = await world.add("b.example/two/v2", "v2.1.0");
  const graphOnly = await world.add("c.example/three", "v0.1.0");
  await world.write({ "go.sum": sumLines(one) + sumLines(two) + modLine(graphOnly) });
});
afterEach(() => world.dispose());

const bundle = (operation: string, raw: Record<string, string>): Promise<Ran> =>
  run("bundle", { operation, ...raw }, { cwd: world.dir, env: world.env });
const path = (name: string) => join(world.dir, name);
const filesIn = (name: string) =>
  readdirSync(path(name), { recursive: true, encoding: "utf8" })
    .filter((file) => statSync(join(path(name), file)).isFile())
    .sort();

describe("a hostile bundle", () => {
  let entries: Awaited<ReturnType<typeof readTar>>;

  beforeEach(async () => {
    await bundle("create", { output: "good.tar" });
    entries = await readTar(path("good.tar"));
  });

  /** Both commands must refuse it with exit code 4, and leave nothing behind. */
  async function expectRefused(what: string): Promise<void> {
    const verified = await bundle("verify", { files: "bad.tar" });
    expect([what, verified.exitCode]).toEqual([what, 4]);
    const before = readdirSync(world.dir);
    const extracted = await bundle("extract", { files: "bad.tar", to: "target" });
    expect([what, extracted.exitCode]).toEqual([what, 4]);
    expect(readdirSync(world.dir)).toEqual(before);
  }

  test("with any byte of any entry altered", async () => {
    for (const [i, { name, content }] of entries.entries()) {
      if (content.length === 0) continue;
      for (const at of [0, content.length >> 1, content.length - 1]) {
        const altered = entries.map((entry, j) =>
          j === i
            ? { ...entry, content: Buffer.from(content.map((byte, k) => (k === at ? byte ^ 1 : byte))) }
            : entry,
        );
        await writeTar(path("bad.tar"), altered);
        const verified = await bundle("verify", { files: "bad.tar" });
        expect([name, at, verified.exitCode]).toEqual([name, at, 4]);
      }
    }
  });

  test("cut off anywhere", async () => {
    const whole = readFileSync(path("good.tar"));
    const sizes = [0, 100, 512, 700, 1024, whole.length >> 1, whole.length - 1024 - 512, whole.length - 1500];
    for (const size of sizes) {
      writeFileSync(path("bad.tar"), whole.subarray(0, size));
      await expectRefused(`${size} bytes`);
    }
  });

  test("with anything behind its end", async () => {
    const whole = readFileSync(path("good.tar"));
    const appended = {
      "a byte": Buffer.from("x"),
      "half a block": Buffer.alloc(256, 1),
      "a block": Buffer.alloc(512, 1),
      "another bundle": whole,
    };
    for (const [what, bytes] of Object.entries(appended)) {
      writeFileSync(path("bad.tar"), Buffer.concat([whole, bytes]));
      await expectRefused(what);
    }
  });

  test("with entries removed, doubled, swapped or added", async () => {
    const variants: Record<string, typeof entries> = {
      "no index": entries.slice(1),
      "one less": entries.filter((_, i) => i !== 3),
      "last one gone": entries.slice(0, -1),
      doubled: [...entries, entries[1]!],
      swapped: [entries[0]!, entries[2]!, entries[1]!, ...entries.slice(3)],
      "zip slip": [...entries, { ...entries[1]!, name: "../../escaped" }],
      absolute: [...entries, { ...entries[1]!, name: "/tmp/escaped" }],
      "a link in place of a zip": entries.map((entry, i) =>
        i === 3 ? { ...entry, type: "symlink", linkname: "/etc/passwd", content: Buffer.alloc(0) } : entry,
      ),
    };
    for (const [what, variant] of Object.entries(variants)) {
      await writeTar(path("bad.tar"), variant);
      await expectRefused(what);
    }
  });

  test("with an index that lies", async () => {
    const index = JSON.parse(entries[0]!.content.toString());
    // biome-ignore lint/suspicious/noExplicitAny: an index is altered in ways that its type forbids
    const lies: Record<string, (index: any) => void> = {
      "a path that climbs": (lie) => (lie.modules[0].path = "../../../etc"),
      "a version that climbs": (lie) => (lie.modules[0].version = "v1.0.0/../../x"),
      "a database that climbs": (lie) => (lie.database.name = "../../../etc"),
      "a tile that climbs": (lie) => (lie.database.tiles[0] = "tile/8/0/../../../x"),
      "another hash": (lie) => (lie.modules[0].h1 = lie.modules[1].h1),
      "another record": (lie) => (lie.modules[0].record.id = 1),
      "one module less": (lie) => lie.modules.pop(),
      "unsorted modules": (lie) => lie.modules.reverse(),
      "another format": (lie) => (lie.format = "modwharf bundle 2"),
      "another digest": (lie) => (lie.digest = `sha256:${"0".repeat(64)}`),
    };
    for (const [what, tell] of Object.entries(lies)) {
      const lie = structuredClone(index);
      tell(lie);
      await writeTar(path("bad.tar"), [
        { ...entries[0]!, content: Buffer.from(JSON.stringify(lie)) },
        ...entries.slice(1),
      ]);
      await expectRefused(what);
    }
  });

  test("that is consistent in itself, with other content than the database knows", async () => {
    const { digestOf } = await import("../../src/mirror/bundle/bundle-index.ts");
    const index = JSON.parse(entries[0]!.content.toString());
    const other = await world.add("a.example/One", "v1.0.0", {
      files: { "evil.go": "package fake\n" },
      log: false,
    });
    Object.assign(index.modules[0], {
      h1: other.h1,
      zipSha256: createHash("sha256").update(other.served["a.example/!one/@v/v1.0.0.zip"]!).digest("hex"),
    });
    index.digest = digestOf(index);
    const altered = entries.map((entry) => {
      if (entry.name === "bundle.json") return { ...entry, content: Buffer.from(JSON.stringify(index)) };
      return entry.name.endsWith("!one/@v/v1.0.0.zip")
        ? { ...entry, content: other.served["a.example/!one/@v/v1.0.0.zip"]! }
        : entry;
    });
    await writeTar(path("bad.tar"), altered);
    await expectRefused("another module");
    // Nor is it believed when it drops the record that would give it away.
    delete index.modules[0].record;
    index.digest = digestOf(index);
    const withoutLookup = altered
      .map((entry) =>
        entry.name === "bundle.json" ? { ...entry, content: Buffer.from(JSON.stringify(index)) } : entry,
      )
      .filter(({ name }) => !name.includes("lookup/a.example"));
    await writeTar(path("bad.tar"), withoutLookup);
    const ran = await bundle("extract", { files: "bad.tar", to: "target" });
    expect(ran.exitCode).not.toBe(0);
    expect(existsSync(path("target"))).toBe(false);
  });

  test("does not harm what is in the target already", async () => {
    await bundle("extract", { files: "good.tar", to: "target" });
    cpSync(path("target"), path("copy"), { recursive: true });
    const altered = entries.map((entry) =>
      entry.name.endsWith("two/v2/@v/v2.1.0.zip") ? { ...entry, content: Buffer.from("no zip") } : entry,
    );
    await writeTar(path("bad.tar"), altered);
    expect((await bundle("extract", { files: "bad.tar", to: "target" })).exitCode).toBe(4);
    expect(filesIn("target")).toEqual(filesIn("copy"));
  });
});
