import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { releaseTree } from "../support/release-tree.ts";

/* dist/ as it is built from the sources of this moment, beside the action.yml files that name its entries. */

const tree = releaseTree();
const actionFiles = [
  "action.yml",
  ...readdirSync("actions").map((name) => join("actions", name, "action.yml")),
];

test("all actions together are smaller than 6 MB", () => {
  const files = readdirSync(join(tree.dir, "dist"), { recursive: true, withFileTypes: true });
  const bytes = files
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
  expect(bytes).toBeGreaterThan(0.5e6);
  expect(bytes).toBeLessThan(6e6);
});

test.each(actionFiles)("the entries of %s exist and start", (file) => {
  const { runs } = parse(readFileSync(file, "utf8")) as { runs: { main: string; post?: string } };
  const entries = [runs.main, runs.post].filter((entry) => entry !== undefined);
  for (const entry of entries) expect(existsSync(resolve(tree.dir, dirname(file), entry)), entry).toBe(true);
  const main = resolve(tree.dir, dirname(file), runs.main);
  const env = { PATH: process.env.PATH, GITHUB_ACTIONS: "true", INPUT_BOGUS: "x", INPUT_COMMAND: "hash" };
  const { stdout, status } = spawnSync(process.execPath, [main], { env, encoding: "utf8" });
  expect(stdout).toMatch(/^::error.*input bogus/m);
  expect(status).toBe(2);
});

test("nothing in dist/ stands for no action or command", () => {
  const wanted = actionFiles.flatMap((file) => {
    const { runs } = parse(readFileSync(file, "utf8")) as { runs: { main: string; post?: string } };
    return [runs.main, runs.post].flatMap((entry) => (entry === undefined ? [] : [entry.split("/").at(-1)!]));
  });
  expect(readdirSync(join(tree.dir, "dist/actions")).sort()).toEqual(wanted.sort());
});
