import { beforeEach, describe, expect, test } from "vitest";
import { SumdbClient } from "../../src/sumdb/client.ts";
import { formatRecord } from "../../src/tlog/tree-head.ts";
import { FakeSumdb, FakeWorld } from "../support/fake-sumdb.ts";

const lines = (path: string, version: string) =>
  `${path} ${version} h1:zip-of-${path}\n${path} ${version}/go.mod h1:mod-of-${path}\n`;

let database: FakeSumdb;
let world: FakeWorld;
const client = (gonosumdb = "") =>
  new SumdbClient({ verifier: database.verifier, ops: world, gonosumdb, tileHeight: 2 });
const latestSize = () => Number(world.latest.toString().split("\n")[1]);

beforeEach(async () => {
  database = new FakeSumdb();
  world = new FakeWorld(database);
  await database.add(
    "a.example/one@v1.0.0",
    `${lines("a.example/one", "v1.0.0")}a.example/one v1.0.0 h2:later\n`,
  );
  await database.add("a.example/two@v1.0.0", lines("a.example/two", "v1.0.0"));
  await database.add("a.example/three@v1.0.0", lines("a.example/three", "v1.0.0"));
  world.latest = await database.head(1);
  await database.add("a.example/!four@v1.0.0+incompatible", lines("a.example/Four", "v1.0.0+incompatible"));
});

const three = { path: "a.example/three", version: "v1.0.0" };

describe("lookup", () => {
  test("gives the lines of a version, and of its go.mod, from one request", async () => {
    const asking = client();
    expect(await asking.lookup(three)).toEqual(["a.example/three v1.0.0 h1:zip-of-a.example/three"]);
    expect(latestSize()).toBe(3);
    world.reachable = () => false;
    const goMod = { ...three, version: "v1.0.0/go.mod" };
    expect(await asking.lookup(goMod)).toEqual(["a.example/three v1.0.0/go.mod h1:mod-of-a.example/three"]);
    expect(await client().hashes(three)).toEqual({
      h1: "h1:zip-of-a.example/three",
      goModH1: "h1:mod-of-a.example/three",
    });
    expect(world.asked.filter((path) => path.startsWith("/lookup/"))).toHaveLength(1);
  });

  test("gives all lines of a version, whatever their kind of hash", async () => {
    const one = { path: "a.example/one", version: "v1.0.0" };
    expect(await client().lookup(one)).toEqual([
      "a.example/one v1.0.0 h1:zip-of-a.example/one",
      "a.example/one v1.0.0 h2:later",
    ]);
    expect((await client().hashes(one)).h1).toBe("h1:zip-of-a.example/one");
  });

  test("asks for the escaped path, and needs no tiles that are cached", async () => {
    const asking = client();
    await asking.lookup(three);
    world.reachable = (path) => !path.startsWith("/tile/");
    expect(await asking.lookup({ path: "a.example/two", version: "v1.0.0" })).toHaveLength(1);
    expect(latestSize()).toBe(3);
    world.reachable = () => true;
    const four = { path: "a.example/Four", version: "v1.0.0+incompatible" };
    expect(await asking.lookup(four)).toHaveLength(1);
    expect(world.asked).toContain("/lookup/a.example/!four@v1.0.0+incompatible");
    expect(latestSize()).toBe(4);
  });

  test("many lookups at once read each path once", async () => {
    const asking = client();
    const names = ["one", "two", "three", "one", "two", "three"];
    const all = await Promise.all(
      names.map((name) => asking.lookup({ path: `a.example/${name}`, version: "v1.0.0" })),
    );
    expect(all.every((found) => found.length > 0)).toBe(true);
    expect(new Set(world.asked).size).toBe(world.asked.length);
    expect(latestSize()).toBe(3);
  });

  test("a failed request is forgotten", async () => {
    const asking = client();
    world.reachable = () => false;
    await expect(asking.lookup(three)).rejects.toThrow(/not reachable/);
    world.reachable = () => true;
    expect(await asking.lookup(three)).toHaveLength(1);
  });

  test("a partial tile that is gone is taken from the full one", async () => {
    const asking = client();
    for (let i = 0; i < 12; i++)
      await database.add(`b.example/m${i}@v1.0.0`, lines(`b.example/m${i}`, "v1.0.0"));
    world.reachable = (path) => !path.includes(".p/") || !database.remote.has(path.replace(/\.p\/\d+$/, ""));
    expect(await asking.lookup({ path: "a.example/one", version: "v1.0.0" })).toHaveLength(2);
    const full = [...world.cache.keys()].filter((file) => file.includes("/tile/") && !file.includes(".p/"));
    expect(full).toEqual([]);
  });

  test("modules that GONOSUMDB names are not asked about", async () => {
    const asking = client("p.example,*/secret");
    for (const path of ["p.example", "p.example/x", "a.example/secret", "a.example/secret/z"]) {
      expect(asking.skips(path)).toBe(true);
      await expect(asking.lookup({ path, version: "v1.0.0" })).rejects.toThrow(/excluded by GONOSUMDB/);
    }
    for (const path of ["q.example", "a.example/p.example", "a.example/b/secret"])
      expect(asking.skips(path)).toBe(false);
    expect(asking.skips("golang.org/x/mod")).toBe(false);
    expect(client("golang.org").skips("golang.org/toolchain")).toBe(false);
    expect(client("golang.org").skips("golang.org/x/mod")).toBe(true);
    expect(world.asked).toEqual([]);
  });
});

describe("a database, or a proxy before it, that lies", () => {
  function flipTiles(): void {
    for (const [path, data] of database.remote) {
      if (!path.startsWith("/tile/")) continue;
      database.remote.set(path, Buffer.from(data.map((byte) => byte ^ 0x80)));
    }
  }

  test("wrong tiles at the start, and later, are noticed and not kept", async () => {
    flipTiles();
    await expect(client().lookup(three)).rejects.toThrow(
      /a\.example\/three@v1\.0\.0: checking tree#1: downloaded incons/,
    );
    expect(world.cache.size).toBe(0);
    flipTiles();
    await client().lookup(three);
    const kept = world.cache.size;
    flipTiles();
    const four = client().lookup({ path: "a.example/Four", version: "v1.0.0+incompatible" });
    await expect(four).rejects.toThrow(/checking tree#3 against tree#4: downloaded inconsistent tile/);
    expect(world.cache.size).toBe(kept);
    expect(latestSize()).toBe(3);
  });

  test("a stored tree head with another hash looks like wrong tiles", async () => {
    world.latest = database.sign({ size: 1, hash: Buffer.alloc(32) });
    await expect(client().lookup(three)).rejects.toMatchObject({ code: "LOG_UNVERIFIED" });
  });

  test("a damaged stored tree head is named, not overwritten", async () => {
    world.latest = Buffer.from("go.sum database tree\n1\n");
    await expect(client().lookup(three)).rejects.toThrow(
      /stored tree head is damaged.*db\/latest.*Fix: remove this/,
    );
    expect(world.latest).toHaveLength(23);
  });

  test("an altered record is refused", async () => {
    const path = "/lookup/a.example/three@v1.0.0";
    database.remote.set(path, Buffer.from(database.remote.get(path)!.toString().replace("zip-of", "ZIP-of")));
    await expect(client().lookup(three)).rejects.toThrow(/cannot authenticate the record/);
    expect(world.cache.size).toBeGreaterThan(0);
    expect([...world.cache.keys()].some((file) => file.includes("/lookup/"))).toBe(false);
  });

  test("a record beyond the signed tree is refused", async () => {
    const text = lines("a.example/five", "v1.0.0");
    const record = Buffer.from(formatRecord({ id: 4, text }));
    database.remote.set("/lookup/a.example/five@v1.0.0", Buffer.concat([record, await database.head()]));
    const five = client().lookup({ path: "a.example/five", version: "v1.0.0" });
    await expect(five).rejects.toThrow(/cannot validate record 4 in a tree of size 4/);
  });

  test("a tree head that is not signed by the database's key is refused", async () => {
    const stranger = new FakeSumdb();
    const path = "/lookup/a.example/three@v1.0.0";
    const record = database.remote.get(path)!.toString().split("go.sum database tree")[0]!;
    database.remote.set(path, Buffer.concat([Buffer.from(record), stranger.sign(await database.tree())]));
    await expect(client().lookup(three)).rejects.toMatchObject({ code: "LOG_UNVERIFIED" });
  });

  test("lines in the tree head's note are no record", async () => {
    const text = lines("a.example/good", "v1.0.0");
    await database.add("a.example/good@v1.0.0", text);
    const note = database.sign(await database.tree(), lines("a.example/bad", "v1.0.0"));
    const record = Buffer.from(formatRecord({ id: 4, text }));
    database.remote.set("/lookup/a.example/bad@v1.0.0", Buffer.concat([record, note]));
    expect(await client().lookup({ path: "a.example/bad", version: "v1.0.0" })).toEqual([]);
  });

  test("two histories are told apart, with both heads and the proof in the error", async () => {
    const other = database.fork();
    const otherWorld = new FakeWorld(other);
    otherWorld.latest = world.latest;
    const add = (to: FakeSumdb, name: string) =>
      to.add(`c.example/${name}@v1.0.0`, lines(`c.example/${name}`, "v1.0.0"));
    await add(database, "first");
    await add(other, "second");
    await add(other, "third");

    const deceived = new SumdbClient({ verifier: other.verifier, ops: otherWorld, tileHeight: 2 });
    await deceived.lookup({ path: "c.example/third", version: "v1.0.0" });
    const path = "/lookup/c.example/first@v1.0.0";
    other.remote.set(path, database.remote.get(path)!);
    const error = await deceived
      .lookup({ path: "c.example/first", version: "v1.0.0" })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "LOG_FORKED" });
    const text = String(error);
    expect(text).toContain("SECURITY ERROR\ngo.sum database server misbehavior detected!");
    expect(text).toMatch(
      /old database:\n\tgo\.sum database tree\n\t5\n[\s\S]*new database:\n\tgo\.sum database tree\n\t6\n/,
    );
    expect(text.split("— sum.example.com/db ")).toHaveLength(3);
    expect(text).toMatch(/proof of misbehavior:\n\t[A-Za-z0-9+/]{43}=\n\t[A-Za-z0-9+/]{43}=/);
    expect(Number(otherWorld.latest.toString().split("\n")[1])).toBe(6);
  });

  test("the newest head is kept, also when an older one came first and takes longer to keep", async () => {
    let release = () => {};
    const slow = new Promise<void>((resolve) => {
      release = resolve;
    });
    const replace = world.replaceLatest.bind(world);
    const sizes: number[] = [];
    world.replaceLatest = async (file, old, next) => {
      sizes.push(Number(next.toString().split("\n")[1]));
      if (sizes.length > 1) return replace(file, old, next);
      await slow;
      // As a file system does it: what was compared before may be replaced by now.
      world.latest = Buffer.from(next);
      return true;
    };
    const asking = client();
    const first = asking.lookup({ path: "a.example/two", version: "v1.0.0" });
    while (sizes.length === 0) await new Promise(setImmediate);
    const second = asking.lookup({ path: "a.example/Four", version: "v1.0.0+incompatible" });
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
    release();
    await Promise.all([first, second]);
    expect(sizes).toEqual([2, 4]);
    expect(latestSize()).toBe(4);
  });

  test("a head that another program stored meanwhile is history too", async () => {
    const other = database.fork();
    const asking = client();
    await asking.lookup(three);
    await other.add("x.example@v1.0.0", lines("x.example", "v1.0.0"));
    await database.add("y.example@v1.0.0", lines("y.example", "v1.0.0"));
    await database.add("z.example@v1.0.0", lines("z.example", "v1.0.0"));
    world.latest = await other.head();
    const z = asking.lookup({ path: "z.example", version: "v1.0.0" });
    await expect(z).rejects.toMatchObject({ code: "LOG_FORKED" });
  });
});
