import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { parseGoMod } from "../../src/modfile/go-mod.ts";
import { judgeTrees, memoryTree } from "../policy/harness.ts";
import { describeWithTools, requireTool } from "../support/tools.ts";
import { checkOut } from "./vendor/projects.ts";

/** Of different size, with their tests; each has a pruned module graph. */
const MODULES = [
  "github.com/go-task/task/v3@v3.43.3",
  "github.com/prometheus/client_golang@v1.24.1",
  "github.com/prometheus/node_exporter@v1.8.2",
  "sigs.k8s.io/kind@v0.29.0",
];

/** So many lines of each are dropped, one at a time: go needs up to seconds for each. */
const DROPPED = 4;

describeWithTools(["go"], "go-sum-missing and the real go", () => {
  const scratch = mkdtempSync(join(tmpdir(), "modwharf-gate-go-sum-"));
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  test.each(MODULES)("agree on the zip lines of indirect modules of %s", async (version) => {
    const dir = mkdtempSync(join(scratch, "project-"));
    checkOut({ name: version, shows: "", modules: { ".": version } }, dir);
    const goMod = readFileSync(join(dir, "go.mod"), "utf8");
    const goSum = readFileSync(join(dir, "go.sum"), "utf8");
    expect(await missing(goMod, goSum)).toEqual([]);
    const indirect = parseGoMod("go.mod", goMod).require.filter((require) => require.indirect);
    const step = Math.ceil(indirect.length / DROPPED);
    let needed = 0;
    for (const { module } of indirect.filter((_, i) => i % step === 0)) {
      const key = `${module.path} ${module.version}`;
      const dropped = goSum
        .split("\n")
        .filter((line) => !line.startsWith(`${key} `))
        .join("\n");
      expect(dropped).not.toBe(goSum);
      expect(await missing(goMod, dropped)).toEqual([`go.sum has no line for ${key}`]);
      writeFileSync(join(dir, "go.sum"), dropped);
      if (!loads(dir)) needed++;
    }
    // Go asks for what this system builds and tests; other systems and build tags need the rest.
    expect(needed).toBeGreaterThan(0);
  });

  const loads = (dir: string) => {
    const env = { ...process.env, GOFLAGS: "-mod=readonly", GOWORK: "off" };
    const { status } = spawnSync(requireTool("go"), ["list", "-deps", "-test", "./..."], { cwd: dir, env });
    return status === 0;
  };
});

async function missing(goMod: string, goSum: string): Promise<string[]> {
  const head = memoryTree({ "go.mod": goMod, "go.sum": goSum });
  const { findings } = await judgeTrees({ base: memoryTree({}), head });
  return findings.filter(({ rule }) => rule === "go-sum-missing").map(({ message }) => message);
}
