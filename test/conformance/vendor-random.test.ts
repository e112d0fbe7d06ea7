import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadProject } from "../../src/modgraph/project.ts";
import { createVendor } from "../../src/vendor/vendor.ts";
import { describeWithTools } from "../support/tools.ts";
import { Chance } from "./vendor/chance.ts";
import { listing } from "./vendor/projects.ts";
import { goIn, randomProject } from "./vendor/random-project.ts";
import { Universe } from "./vendor/universe.ts";

/** MODWHARF_VENDOR_CASES projects, of which each seed always makes the same. */
const CASES = Number(process.env.MODWHARF_VENDOR_CASES || 40);
const SEED = Number(process.env.MODWHARF_VENDOR_SEED || 1);
const PER_UNIVERSE = 20;

describeWithTools(["go"], "vendoring made-up projects equals go mod vendor", () => {
  test(`${CASES} projects from seed ${SEED}: the same files, or refused by both`, async () => {
    const seen = { vendored: 0, refused: 0, untidy: 0, workspaces: 0 };
    for (let first = 0; first < CASES; first += PER_UNIVERSE) {
      const universe = await Universe.create(new Chance(SEED + first));
      for (let i = first; i < Math.min(CASES, first + PER_UNIVERSE); i++) {
        await compare(universe, SEED + i, seen);
      }
      universe.dispose();
    }
    process.stdout.write(`vendor projects: ${JSON.stringify(seen)}\n`);
    // Worlds in which nothing can be vendored would prove nothing.
    expect(seen.vendored).toBeGreaterThan(CASES / 4);
  });
});

async function compare(universe: Universe, seed: number, seen: Record<string, number>): Promise<void> {
  const dir = join(universe.modules.dir, `project-${seed}`);
  mkdirSync(dir);
  const project = randomProject(universe, dir, new Chance(seed * 7919));
  if (project === undefined) {
    seen.untidy!++;
    return;
  }
  if (project.isWorkspace) seen.workspaces!++;
  const out = join(universe.modules.dir, `expected-${seed}`);
  const command = project.isWorkspace ? "work" : "mod";
  const go = goIn(universe, dir, [command, "vendor", "-o", out], project.isWorkspace ? "" : "off");
  const ours = await attempt(universe, dir);
  if (!go.ok) {
    seen.refused!++;
    expect(ours.error, `seed ${seed} (${dir}): go refuses: ${go.stderr}`).toBeDefined();
    return;
  }
  seen.vendored!++;
  expect(ours.error, `seed ${seed} (${dir}): go vendors it`).toBeUndefined();
  expect(contents(join(dir, "vendor")), `seed ${seed} (${dir})`).toEqual(contents(out));
}

async function attempt(universe: Universe, dir: string): Promise<{ error?: unknown }> {
  try {
    await createVendor({ project: await loadProject(dir), source: universe.modules.source() });
    return {};
  } catch (error) {
    return { error };
  }
}

/** undefined for a directory that does not exist, as without dependencies. */
function contents(dir: string): Record<string, string> | undefined {
  try {
    return Object.fromEntries(
      [...listing(dir).keys()].map((path) => [
        path,
        path.endsWith("/") ? "" : readFileSync(join(dir, path), "utf8"),
      ]),
    );
  } catch {
    return undefined;
  }
}
