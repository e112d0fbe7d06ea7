import { mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { moduleSource } from "../../src/modgraph/module-source.ts";
import { verifyVendor } from "../../src/vendor/verify.ts";
import { run } from "../support/run-command.ts";
import { describeWithTools } from "../support/tools.ts";
import { checkOut, go, listing, projects } from "./vendor/projects.ts";

/** Without PATH there is no go to run, and without a proxy all comes from the module cache, which go filled. */
function offline() {
  const gomodcache = go("/", ["env", "GOMODCACHE"]).trim();
  return { GOMODCACHE: gomodcache, GOPROXY: "off", GOSUMDB: "off" };
}

const noProxy = {
  mod: () => Promise.reject(new Error("not in the module cache")),
  zip: () => Promise.reject(new Error("not in the module cache")),
};

describeWithTools(["go"], "vendor directories equal those of go mod vendor", () => {
  describe.each(projects)("$name ($shows)", (project) => {
    const work = mkdtempSync(join(tmpdir(), "modwharf-vendor-"));
    const dir = join(work, "project");
    const vendor = join(dir, "vendor");

    beforeAll(() => {
      checkOut(project, dir);
      const command = project.use === undefined ? "mod" : "work";
      go(dir, [command, "vendor", "-o", join(work, "expected")]);
    });
    afterAll(() => rmSync(work, { recursive: true, force: true }));

    test("byte for byte, with the same modes", async () => {
      const { exitCode, json } = await run("vendor", {}, { cwd: dir, env: offline() });
      expect(json).toMatchObject({ vendor: "vendor", findings: [] });
      expect(exitCode).toBe(0);
      const expected = listing(join(work, "expected"));
      expect(listing(vendor)).toEqual(expected);
      const differing = [...expected.keys()].filter(
        (path) =>
          !path.endsWith("/") &&
          !readFileSync(join(vendor, path)).equals(readFileSync(join(work, "expected", path))),
      );
      expect(differing).toEqual([]);
    });

    test("and changes of any kind are found, by check and by verify", async () => {
      const files = [...listing(vendor).keys()].filter((path) => path.endsWith(".go"));
      const [flipped, missing] = [files[0]!, files.at(-1)!];
      const content = readFileSync(join(vendor, flipped));
      content[content.length - 2]! ^= 1;
      writeFileSync(join(vendor, flipped), content);
      unlinkSync(join(vendor, missing));
      writeFileSync(join(vendor, `${flipped}.c`), "int main;\n");
      const lines = readFileSync(join(vendor, "modules.txt"), "utf8").split("\n");
      const changed = lines.findIndex((line) => line.startsWith("# "));
      lines[changed] = lines[changed]!.replace(/ v\d+/, " v77");
      writeFileSync(join(vendor, "modules.txt"), lines.join("\n"));

      const expected = [
        { rule: "vendor-modified", file: `vendor/${flipped}` },
        { rule: "vendor-extra", file: `vendor/${flipped}.c` },
        { rule: "vendor-missing", file: `vendor/${missing}` },
        { rule: "vendor-modules-txt", file: "vendor/modules.txt", line: changed + 1 },
      ];
      const inOrder = (
        findings: readonly { rule: string; file?: string; line?: number; blocking: boolean }[],
      ) =>
        findings
          .filter(({ blocking }) => blocking)
          .map(({ rule, file, line }) => ({ rule, file, ...(line === undefined ? {} : { line }) }))
          .sort((a, b) => a.rule.localeCompare(b.rule));
      const sorted = expected.toSorted((a, b) => a.rule.localeCompare(b.rule));

      const { exitCode, json } = await run("vendor", { check: "true" }, { cwd: dir, env: offline() });
      expect(exitCode).toBe(1);
      expect(inOrder(json.findings)).toEqual(sorted);
      const source = moduleSource({ gomodcache: offline().GOMODCACHE, client: noProxy, workDir: work });
      const { findings, local } = await verifyVendor({ dir: vendor, source });
      expect(inOrder(findings)).toEqual(sorted);
      expect(findings.filter(({ rule }) => rule === "vendor-unverified")).toHaveLength(local.length);
    });
  });
});
