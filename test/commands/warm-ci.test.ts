import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { STAGE } from "../../src/commands/warm/restore.ts";
import { decideSave, type SaveQuestion } from "../../src/commands/warm/save-policy.ts";
import { modulePaths } from "../../src/modcache/layout.ts";
import { removeTree } from "../../src/modcache/remove-tree.ts";
import type { CacheService, Trigger } from "../../src/platform/platform.ts";
import type { FakeModule } from "../support/fake-module.ts";
import { type ModuleWorld, moduleWorld, sumLines } from "../support/module-world.ts";
import { type Ran, run } from "../support/run-command.ts";

let world: ModuleWorld;
let one: FakeModule;
let two: FakeModule;
let service: FakeCache;

beforeEach(async () => {
  world = await moduleWorld();
  service = new FakeCache(world.dir);
  one = await world.add("a.example/One", "v1.0.0", { log: false });
  two = await world.add("b.example/two/v2", "v2.1.0", { log: false });
  await project(one, two);
});
afterEach(async () => {
  newMachine();
  await world.dispose();
});

/** A cache service that keeps copies of folders, newest last. */
class FakeCache implements CacheService {
  readonly entries: { key: string; folder: string }[] = [];
  denies = false;
  readonly #cwd: string;
  constructor(cwd: string) {
    this.#cwd = cwd;
  }
  async restore([path]: readonly string[], key: string, prefixes: readonly string[]) {
    const newest = [...this.entries].reverse();
    const found =
      newest.find((entry) => entry.key === key) ??
      newest.find((entry) => prefixes.some((prefix) => entry.key.startsWith(prefix)));
    if (found !== undefined) cpSync(found.folder, join(this.#cwd, path!), { recursive: true });
    return found?.key;
  }
  async save([path]: readonly string[], key: string) {
    if (this.denies) return "denied";
    if (this.entries.some((entry) => entry.key === key)) return "exists";
    const folder = mkdtempSync(join(this.#cwd, "entry-"));
    cpSync(join(this.#cwd, path!), folder, { recursive: true });
    this.entries.push({ key, folder });
    return "saved";
  }
}

const main: Trigger = { kind: "branch", branch: "main", defaultBranch: "main" };

async function project(...modules: FakeModule[]): Promise<void> {
  const lines = modules.map(({ module }) => `require ${module.path} ${module.version}`);
  await world.write({
    "go.mod": `module example.com/app\n\ngo 1.21\n\n${lines.join("\n")}\n`,
    "go.sum": modules.map(sumLines).join(""),
  });
}

const cacheDir = () => join(world.env.GOPATH!, "pkg", "mod");
const pathsOf = ({ module }: FakeModule) => modulePaths(cacheDir(), module);

/** One job: the main step, what the job does, the post step. */
async function job(
  raw: Record<string, string> = {},
  { trigger = main, body = () => {}, env = {} }: JobOptions = {},
): Promise<{ main: Ran; post: Ran | undefined }> {
  const options = {
    cwd: world.dir,
    env: { PATH: process.env.PATH!, ...world.env, ...env },
    platform: "github",
    face: "action",
    cache: service,
    trigger,
  } as const;
  const ran = await run("warm", raw, options);
  body();
  const post = ran.state && (await run("warm", raw, { ...options, postState: ran.state }));
  return { main: ran, post };
}

interface JobOptions {
  trigger?: Trigger;
  body?: () => void;
  env?: Record<string, string>;
}

const newMachine = () => removeTree(world.env.GOPATH!);
const filesOf = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: "utf8", withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
    .sort();

describe("from job to job", () => {
  test("the post step saves exactly the set; the next job on another machine restores it", async () => {
    const first = await job(
      {},
      {
        body: () => {
          // What a build leaves beside them stays out of the entry.
          mkdirSync(join(cacheDir(), "cache/download/sumdb/x"), { recursive: true });
          writeFileSync(pathsOf(one).lock, "");
          mkdirSync(pathsOf(one).tree, { recursive: true });
        },
      },
    );
    expect(first.main.outputs).toMatchObject({ "cache-hit": "false", downloaded: "2" });
    expect(first.post?.json).toMatchObject({ status: "saved", modules: 2 });
    expect(filesOf(service.entries[0]!.folder)).toEqual([
      "download.json",
      ...["v1.0.0", "v2.1.0"].flatMap((version) =>
        ["info", "mod", "zip"].map((part) => `${version}.${part}`),
      ),
    ]);
    newMachine();
    const before = world.proxy.requests.length;
    const second = await job();
    expect(second.main.outputs).toMatchObject({
      "cache-hit": "true",
      hit: "2",
      downloaded: "0",
      rejected: "0",
    });
    expect(second.main.outputs.key).toBe(service.entries[0]!.key);
    expect(second.main.json.ciCache).toMatchObject({ exact: true, modules: 2, willSave: false });
    expect(second.main.json.ciCache.downloadSeconds).toBeGreaterThan(0);
    expect(second.main.summary).toContain("pays for itself");
    expect(second.post).toBeUndefined();
    expect(world.proxy.requests.length).toBe(before);
    expect(existsSync(join(world.dir, STAGE))).toBe(false);
    expect(readFileSync(pathsOf(one).ziphash, "utf8")).toBe(one.h1);
  });

  test("a changed set starts from the nearest entry, downloads the difference and becomes an entry", async () => {
    await job();
    newMachine();
    const three = await world.add("c.example/three", "v0.1.0", { log: false });
    await project(two, three);
    const ran = await job();
    expect(ran.main.outputs).toMatchObject({ "cache-hit": "false", hit: "1", downloaded: "1" });
    expect(ran.post?.json).toMatchObject({ status: "saved", modules: 2 });
    // What the old set had more is not carried on, nor did it enter the module cache.
    expect(filesOf(service.entries[1]!.folder)).not.toContain("v1.0.0.zip");
    expect(service.entries[1]!.key).not.toBe(service.entries[0]!.key);
  });

  test("the key is about modules alone: not the Go version, comments or the order of lines", async () => {
    const key = async () => (await job({ save: "never" })).main.json.ciCache.key;
    const first = await key();
    newMachine();
    await world.write({
      "go.mod": `module example.com/app\n\ngo 1.24.3\n\ntoolchain go1.25.1\n\n// why\nrequire (\n\tb.example/two/v2 v2.1.0 // indirect\n\ta.example/One v1.0.0\n)\n`,
      "go.sum": sumLines(two) + sumLines(one),
    });
    expect(await key()).toBe(first);
    newMachine();
    await project(one);
    expect(await key()).not.toBe(first);
  });

  test("where everything is there already the service is not asked", async () => {
    await job({ save: "never" });
    service.restore = async () => {
      throw new Error("asked");
    };
    const ran = await job();
    expect(ran.main).toMatchObject({ exitCode: 0, outputs: { "cache-hit": "", hit: "2" } });
  });

  test("a token that may only read is no failure", async () => {
    service.denies = true;
    const { post } = await job();
    expect(post).toMatchObject({ exitCode: 0, json: { status: "denied" } });
  });
});

describe("nothing unverified gets in", () => {
  const poison = (change: (folder: string) => void) => change(service.entries[0]!.folder);
  const inEntry = (folder: string, { module }: FakeModule) => modulePaths(folder, module);

  test.each<[string, (folder: string) => void, string[]]>([
    [
      "a zip",
      (folder) => writeFileSync(inEntry(folder, one).zip, readFileSync(inEntry(folder, two).zip)),
      ["zip"],
    ],
    [
      "a zip with its ziphash",
      (folder) => {
        writeFileSync(inEntry(folder, one).zip, readFileSync(inEntry(folder, two).zip));
        writeFileSync(inEntry(folder, one).ziphash, two.h1);
      },
      ["zip"],
    ],
    ["a go.mod", (folder) => writeFileSync(inEntry(folder, one).mod, "module evil\n"), ["mod"]],
    ["an info", (folder) => writeFileSync(inEntry(folder, one).info, '{"Version":"v6.6.6"}'), ["info"]],
    [
      "a link in the place of a zip",
      (folder) => {
        rmSync(inEntry(folder, one).zip);
        symlinkSync("/etc/passwd", inEntry(folder, one).zip);
      },
      ["foreign"],
    ],
  ])("%s of an entry that is not go.sum's is rejected and downloaded", async (_what, change, parts) => {
    await job();
    newMachine();
    poison(change);
    const { main: ran } = await job();
    expect(ran.exitCode).toBe(0);
    expect(ran.json.rejected.map(({ part }: { part: string }) => part)).toEqual(parts);
    expect(ran.json).toMatchObject({ hit: 1, downloaded: 1 });
    expect(ran.annotations.map(({ level }) => level)).toEqual(["warning"]);
    expect(readFileSync(pathsOf(one).ziphash, "utf8")).toBe(one.h1);
    expect((await run("verify", { what: "cache" }, { cwd: world.dir, env: world.env })).exitCode).toBe(0);
  });

  test("trees, lists, ziphashes and versions that no go.sum lists stay outside", async () => {
    await job();
    newMachine();
    const evil = await world.add("z.example/evil", "v1.0.0", { log: false });
    poison((folder) => {
      mkdirSync(inEntry(folder, one).tree, { recursive: true });
      writeFileSync(join(inEntry(folder, one).tree, "evil.go"), "package evil\n");
      writeFileSync(inEntry(folder, one).ziphash, "h1:evil");
      writeFileSync(inEntry(folder, one).list, "v9.9.9\n");
      mkdirSync(dirname(inEntry(folder, evil).zip), { recursive: true });
      writeFileSync(inEntry(folder, evil).zip, evil.served["z.example/evil/@v/v1.0.0.zip"]!);
      writeFileSync(inEntry(folder, evil).mod, evil.served["z.example/evil/@v/v1.0.0.mod"]!);
    });
    const { main: ran } = await job();
    expect(ran.json).toMatchObject({ hit: 2, downloaded: 0, extracted: 2 });
    // Ours, made from the zip.
    expect(readdirSync(pathsOf(one).tree).sort()).toEqual(["doc.go", "go.mod"]);
    expect(existsSync(join(cacheDir(), "cache/download/z.example"))).toBe(false);
    expect(readFileSync(pathsOf(one).list, "utf8")).toBe("v1.0.0\n");
    expect(readFileSync(pathsOf(one).ziphash, "utf8")).toBe(one.h1);
  });

  test("without a program that takes go's locks the trees are left to go", async () => {
    await job();
    newMachine();
    const { main: ran } = await job({}, { env: { PATH: "/nowhere" } });
    expect(ran).toMatchObject({ exitCode: 0, json: { hit: 2, extracted: 0 } });
    expect(ran.log.join()).toContain("left to go");
    expect(existsSync(pathsOf(one).tree)).toBe(false);
  });

  test("a tree that stood there before its zip came is read, whatever the entry says", async () => {
    await job();
    newMachine();
    mkdirSync(pathsOf(one).tree, { recursive: true });
    writeFileSync(join(pathsOf(one).tree, "evil.go"), "package evil\n");
    const { main: ran } = await job();
    expect(ran.json.rejected).toMatchObject([{ part: "tree", module: "a.example/One" }]);
    expect(readdirSync(pathsOf(one).tree).sort()).toEqual(["doc.go", "go.mod"]);
  });

  test("a zip that stood there before its go.mod came is read, whatever the entry says", async () => {
    await job();
    poison((folder) => rmSync(inEntry(folder, one).zip));
    writeFileSync(pathsOf(one).zip, two.served["b.example/two/v2/@v/v2.1.0.zip"]!);
    rmSync(pathsOf(one).mod);
    const { main: ran } = await job();
    expect(ran.json.rejected).toMatchObject([{ part: "zip", module: "a.example/One" }]);
    expect(readFileSync(pathsOf(one).zip)).toEqual(one.served["a.example/!one/@v/v1.0.0.zip"]);
  });

  test.each(["", "cache", "cache/download"])(
    "a link in the place of the entry's folder %j leads nowhere",
    async (name) => {
      await job();
      newMachine();
      const mine = join(world.dir, "mine");
      mkdirSync(mine);
      symlinkSync("/nowhere", join(mine, "link"));
      writeFileSync(join(mine, "me@home"), "");
      const restore = service.restore.bind(service);
      service.restore = async (paths, key, prefixes) => {
        const found = await restore(paths, key, prefixes);
        rmSync(join(world.dir, STAGE, name), { recursive: true });
        symlinkSync(mine, join(world.dir, STAGE, name).replace(/\/$/, ""));
        return found;
      };
      expect((await job()).main).toMatchObject({ exitCode: 0, json: { downloaded: 2 } });
      expect(readdirSync(mine).sort()).toEqual(["link", "me@home"]);
    },
  );

  test("figures that never end are none", async () => {
    await job();
    newMachine();
    const copy = service.restore.bind(service);
    service.restore = async (paths, key, prefixes) => {
      const found = await copy(paths, key, prefixes);
      rmSync(join(world.dir, STAGE, "download.json"));
      execFileSync("mkfifo", [join(world.dir, STAGE, "download.json")]);
      return found;
    };
    expect((await job()).main).toMatchObject({ exitCode: 0, json: { hit: 2 } });
  });

  test("figures of an entry are figures or nothing", async () => {
    await job();
    newMachine();
    poison((folder) => writeFileSync(join(folder, "download.json"), '{"bytes":"<script>","seconds":-1}'));
    expect((await job()).main.json.ciCache).toMatchObject({ paysOff: null, downloadSeconds: null });
  });

  test("a cache on another file system is filled as well", async () => {
    if (!existsSync("/dev/shm")) return;
    const other = mkdtempSync("/dev/shm/modwharf-");
    try {
      await job({}, { env: { GOMODCACHE: join(other, "a") } });
      const ran = await job({}, { env: { GOMODCACHE: join(other, "b") } });
      expect(ran.main.json).toMatchObject({ hit: 2, downloaded: 0, rejected: [] });
    } finally {
      rmSync(other, { recursive: true });
    }
  });
});

describe("never a partial set", () => {
  test("what the job changed or removed keeps the set from being saved", async () => {
    const { post } = await job({}, { body: () => rmSync(pathsOf(one).zip) });
    expect(post).toMatchObject({
      exitCode: 0,
      json: { status: "incomplete", lost: ["a.example/One@v1.0.0"] },
    });
    newMachine();
    const changed = await job({}, { body: () => writeFileSync(pathsOf(two).mod, "module evil\n") });
    expect(changed.post?.json.status).toBe("incomplete");
    expect(service.entries).toEqual([]);
  });

  test("a version that could not be had does too", async () => {
    delete world.proxy.files["b.example/two/v2/@v/v2.1.0.zip"];
    const { main: ran, post } = await job();
    expect([ran.exitCode, post]).toEqual([3, undefined]);
  });

  test("modules that go itself fetched are saved with the others, when go.sum vouches for them", async () => {
    const env = { GONOPROXY: "b.example" };
    const body = () => {
      const paths = pathsOf(two);
      mkdirSync(dirname(paths.zip), { recursive: true });
      for (const part of ["zip", "mod", "info"] as const)
        writeFileSync(paths[part], two.served[`b.example/two/v2/@v/v2.1.0.${part}`]!);
    };
    expect((await job({}, { env, body })).post?.json).toMatchObject({ status: "saved", modules: 2 });
    newMachine();
    await job({}, { env });
    expect(existsSync(pathsOf(two).zip)).toBe(true);
  });
});

describe("who saves", () => {
  const pull = (more: Partial<NonNullable<Trigger["mergeRequest"]>> = {}): Trigger => ({
    kind: "merge-request",
    defaultBranch: "main",
    mergeRequest: { number: 1, title: "", sourceBranch: "topic", targetBranch: "main", fork: false, ...more },
  });
  const topic: Trigger = { kind: "branch", branch: "topic", defaultBranch: "main" };
  const tag: Trigger = { kind: "tag", tag: "v1.0.0", defaultBranch: "main" };
  const queue = pull({ sourceBranch: "gh-readonly-queue/main/pr-1-abc" });

  test.each<[string, Partial<SaveQuestion>, boolean]>([
    ["the default branch, no entry", {}, true],
    ["the default branch, another set's entry", { restoredKey: "k-old" }, true],
    ["the default branch, this set's entry", { restoredKey: "k-new" }, false],
    ["always, this set's entry", { save: "always", restoredKey: "k-new" }, false],
    ["a pull request, another set's entry", { trigger: pull(), restoredKey: "k-old" }, false],
    ["a pull request, no entry", { trigger: pull() }, true],
    ["a pull request, always", { trigger: pull(), save: "always", restoredKey: "k-old" }, true],
    ["a fork's pull request, no entry", { trigger: pull({ fork: true }) }, false],
    ["a merge queue, no entry", { trigger: queue }, false],
    ["another branch, no entry", { trigger: topic }, true],
    ["another branch, the default branch's entry", { trigger: topic, restoredKey: "k-old" }, false],
    ["a tag, no entry", { trigger: tag }, false],
    ["never", { save: "never" }, false],
  ])("%s", (_case, question, expected) => {
    const asked = { save: "auto", trigger: main, key: "k-new", restoredKey: undefined, ...question } as const;
    expect(decideSave(asked).save).toBe(expected);
  });
});
