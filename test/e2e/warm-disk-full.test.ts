import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { removeTree } from "../../src/modcache/remove-tree.ts";
import { scanCache } from "../../src/modcache/scan.ts";
import { type ModuleSum, verifyCache } from "../../src/modcache/verify.ts";
import { type ModuleWorld, moduleWorld, sumLines } from "../support/module-world.ts";
import { releaseTree } from "../support/release-tree.ts";
import { runScript, withOwnMounts } from "../support/small-disk.ts";
import { describeWithTools } from "../support/tools.ts";

/*
 * The module cache lies on a file system that is too small, at first. What is left then is copied away to be looked
 * at; with more room the next run finishes the work.
 */
const SCRIPT = `
mount -t tmpfs -o size="$2" none "$1" || exit 99
shift 2
"$@" > "$OUT/full.json" 2> "$OUT/full.log"
echo $? > "$OUT/full.code"
cp -R "$GOMODCACHE" "$OUT/full"
mount -o remount,size=64m "$GOMODCACHE"
"$@" > "$OUT/again.json" 2> "$OUT/again.log"
code=$?
cp -R "$GOMODCACHE" "$OUT/again"
exit $code
`;

const words = withOwnMounts();
const mounts = { tool: "unshare", what: "a mount namespace", isGiven: words !== undefined };

describeWithTools([mounts], "a full disk", () => {
  const MODULES = 12;
  let world: ModuleWorld;
  let sums: ModuleSum[];

  beforeAll(async () => {
    world = await moduleWorld();
    const modules = [];
    for (let i = 0; i < MODULES; i++) {
      const noise = randomBytes(30_000).toString("base64");
      modules.push(
        await world.add(`a.example/m${i}`, "v1.0.0", { log: false, files: { "noise.txt": noise } }),
      );
    }
    sums = modules.map(({ module, h1, goModH1 }) => ({ module, h1, goModH1 }));
    await world.write({
      "go.mod": `module example.com/app\n\ngo 1.21\n\n${modules.map(({ module }) => `require ${module.path} v1.0.0\n`).join("")}`,
      "go.sum": modules.map(sumLines).join(""),
    });
  });
  afterAll(() => world.dispose());

  // Too little for a single zip, for some of them, for nearly all; and for the zips but not for their trees.
  test.each([
    ["16k", "false"],
    ["200k", "false"],
    ["440k", "false"],
    ["700k", "true"],
  ])(
    "of %s, --extract=%s: nothing wrong gets a name, and the next run finishes the work",
    async (size, extract) => {
      const [cache, out] = [join(world.dir, `cache-${size}`), join(world.dir, `out-${size}`)];
      for (const dir of [cache, out]) mkdirSync(dir);
      const command = [process.execPath, releaseTree().cli, "warm", "--json", `--extract=${extract}`];
      const manifests = ["go.mod", "go.sum"].map((name) => join(world.dir, name));
      const ended = await runScript(words!, SCRIPT, {
        args: [cache, size, ...command, ...manifests],
        env: { ...world.env, PATH: process.env.PATH, GOMODCACHE: cache, OUT: out },
      });
      const read = (name: string) => readFileSync(join(out, name), "utf8");
      const log = `${ended.output}\n${read("full.log")}\n${read("again.log")}`;
      expect(read("full.code").trim(), log).toBe("2");
      expect(JSON.parse(read("full.json")).error, log).toMatchObject({
        code: "FILE_UNWRITABLE",
        actual: "ENOSPC",
      });

      const full = join(out, "full");
      expect((await verifyCache(full, sums)).problems).toEqual([]);
      expect(scanCache(full).temporary).toEqual([]);

      expect(ended.code, log).toBe(0);
      const again = join(out, "again");
      expect(await verifyCache(again, sums)).toMatchObject({ checked: MODULES, problems: [], missing: [] });
      const trees = [...scanCache(again).modules.values()].filter(({ hasTree }) => hasTree);
      expect(trees).toHaveLength(extract === "true" ? MODULES : 0);
      for (const dir of [cache, out]) removeTree(dir);
    },
  );
});
