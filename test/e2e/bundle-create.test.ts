import { type ChildProcess, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FakeGoproxy } from "../support/fake-goproxy.ts";
import { type ModuleWorld, modLine, moduleWorld, sumLines } from "../support/module-world.ts";
import { releaseTree } from "../support/release-tree.ts";

/* `bundle create` as a process of its own, on machines that differ in all that should not matter, and interrupted. */

const MODULES = 30;
/** Of one more module, whose zip is larger than all others together. */
const NOISE_BYTES = 200_000;
let world: ModuleWorld;

beforeAll(async () => {
  world = await moduleWorld();
  let goSum = "";
  for (let i = 0; i < MODULES; i++) {
    const text = { "text.txt": `${i}: a line that is deflated\n`.repeat(3000) };
    goSum += sumLines(await world.add(`m${i}.example/Module`, "v1.0.0", { files: text }));
  }
  const noise = { "noise.txt": randomBytes(NOISE_BYTES).toString("base64") };
  goSum += sumLines(await world.add("noise.example/large", "v1.0.0", { files: noise }));
  goSum += modLine(await world.add("graph.example/only", "v0.1.0"));
  await world.write({ "go.sum": goSum });
});
afterAll(() => world.dispose());

interface Machine {
  readonly name: string;
  readonly env?: Record<string, string>;
  readonly umask?: string;
  readonly args?: readonly string[];
  readonly output?: string;
  /** What the shell does before. */
  readonly limit?: string;
}

function create({ output, args = [], ...machine }: Machine): ChildProcess {
  return bundle(machine, ["create", "--output", output ?? `${machine.name}.tar`, ...args]);
}

function bundle(
  { name, env = {}, umask = "022", limit = ":" }: Machine,
  args: readonly string[],
): ChildProcess {
  const home = {
    HOME: join(world.dir, name),
    GOPATH: join(world.dir, name, "go"),
    TMPDIR: join(world.dir, "tmp"),
  };
  const words = [process.execPath, releaseTree().cli, "bundle", ...args, "--json"];
  return spawn("sh", ["-c", `umask ${umask}; ${limit}; exec "$@"`, "sh", ...words], {
    cwd: world.dir,
    env: { PATH: process.env.PATH, ...world.env, ...home, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
}

async function ended(child: ChildProcess): Promise<{ exitCode: number | null; stdout: string }> {
  let stdout = "";
  child.stdout!.on("data", (text) => (stdout += text));
  return await new Promise((resolve) => child.once("close", (exitCode) => resolve({ exitCode, stdout })));
}

const sha256 = (name: string) =>
  createHash("sha256")
    .update(readFileSync(join(world.dir, name)))
    .digest("hex");

test("machines that differ in time zone, locale, umask, order and proxy make the same bundle", async () => {
  await mkdir(join(world.dir, "tmp"), { recursive: true });
  const rewritten = Object.entries(world.proxy.files).map(([name, content]) => {
    if (!name.endsWith(".info")) return [name, content] as const;
    const { Version, Time } = JSON.parse(content.toString());
    return [name, `{ "Time": "${Time}",\n  "Origin": {"VCS": "git"}, "Version": "${Version}" }\n`] as const;
  });
  const other = await FakeGoproxy.start({ files: Object.fromEntries(rewritten), delayMs: 5 });
  try {
    const machines: Machine[] = [
      { name: "one", env: { TZ: "UTC", LC_ALL: "C" } },
      { name: "two", env: { TZ: "Pacific/Kiritimati", LC_ALL: "tr_TR.UTF-8" }, umask: "077" },
      { name: "three", env: { GOPROXY: other.url, LANG: "sv_SE.UTF-8" }, args: ["--concurrency", "1"] },
    ];
    const digests: string[] = [];
    for (const machine of machines) {
      const { exitCode, stdout } = await ended(create(machine));
      expect([machine.name, exitCode]).toEqual([machine.name, 0]);
      digests.push(JSON.parse(stdout).digest);
    }
    expect(new Set(digests).size).toBe(1);
    expect(sha256("two.tar")).toBe(sha256("one.tar"));
    // go's own form of .info has the same fields in one order; where the proxy tells of an origin it has that too.
    expect(digests[2]).toBe(digests[0]);
  } finally {
    await other.close();
  }
});

test.each(["SIGINT", "SIGTERM", "SIGKILL"] as const)(
  "%s at any moment leaves no bundle behind",
  async (signal) => {
    await mkdir(join(world.dir, "tmp"), { recursive: true });
    for (const limit of [1, 10, 40, 80, 110]) {
      const output = `killed-${signal}-${limit}.tar`;
      const before = readdirSync(world.dir);
      let seen = 0;
      let kill = () => {};
      const proxy = await FakeGoproxy.start({
        files: world.proxy.files,
        before: () => {
          if (++seen === limit) kill();
          return false;
        },
      });
      const child = create({ name: `k-${signal}-${limit}`, env: { GOPROXY: proxy.url }, output });
      kill = () => child.kill(signal);
      const { exitCode } = await ended(child);
      await proxy.close();
      expect([limit, exitCode]).toEqual([limit, signal === "SIGKILL" ? null : 130]);
      expect(existsSync(join(world.dir, output))).toBe(false);
      const left = readdirSync(world.dir).filter((name) => !before.includes(name) && !name.startsWith("k-"));
      expect([limit, left]).toEqual([limit, []]);
      if (signal !== "SIGKILL") expect([limit, readdirSync(join(world.dir, "tmp"))]).toEqual([limit, []]);
    }
  },
);

test("a file that cannot be written whole is told as such, and nothing of it is left", async () => {
  await mkdir(join(world.dir, "tmp"), { recursive: true });
  expect((await ended(create({ name: "whole" }))).exitCode).toBe(0);
  // 100 blocks are 50 or 100 KiB, as the shell counts. The signal that goes with the error would end the process.
  const machine = { name: "limited", limit: "ulimit -f 100 && trap '' XFSZ" };
  await mkdir(join(world.dir, machine.name), { recursive: true });
  const standing = () => [readdirSync(world.dir), readdirSync(join(world.dir, "tmp"))];
  const before = standing();
  for (const args of [
    ["create", "--output", "limited.tar"],
    ["verify", "whole.tar"],
    ["extract", "whole.tar", "--to", "extracted"],
  ]) {
    const { exitCode, stdout } = await ended(bundle(machine, args));
    const { error } = JSON.parse(stdout);
    expect([args[0], exitCode, error.code, error.actual]).toEqual([args[0], 2, "FILE_UNWRITABLE", "EFBIG"]);
    expect(error.fix).toContain("ulimit -f");
    expect(standing()).toEqual(before);
  }
});
