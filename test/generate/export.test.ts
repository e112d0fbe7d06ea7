import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { exportComponents, releaseVersion } from "../../scripts/generate/main.ts";
import { lintPipeline } from "../support/gitlab-lint.ts";
import { components } from "./component-samples.ts";

const root = process.cwd();
let out: string;
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), "modwharf-export-"));
});
afterEach(() => rmSync(out, { recursive: true }));

const read = (name: string) => readFileSync(join(out, name), "utf8");

describe("the exported component project", () => {
  test("has what the catalog asks for, with the version stamped in everywhere", async () => {
    mkdirSync(join(out, ".git"));
    writeFileSync(join(out, ".git/HEAD"), "ref: refs/heads/main\n");
    const files = await exportComponents(root, out, "7.8.9");
    const names = (await components()).map(({ name }) => `templates/${name}.yml`);
    expect(files.sort()).toEqual([".gitlab-ci.yml", "LICENSE", "README.md", ...names].sort());
    expect(readdirSync(join(out, "templates"))).toHaveLength(names.length);
    for (const name of files)
      expect(read(name), name).not.toMatch(new RegExp(`\\b${releaseVersion(root)}\\b`));
    for (const name of names) expect(read(name)).toContain("default: npx --yes modwharf@7.8.9\n");
    expect(read("README.md")).toContain("platform/modwharf/publish@7.8.9");
    expect(read("LICENSE")).toBe(readFileSync("LICENSE", "utf8"));
  });

  test("tests every component from its own commit before it releases the stamped version", async () => {
    await exportComponents(root, out, "7.8.9");
    const pipeline = parse(read(".gitlab-ci.yml"));
    expect(lintPipeline(pipeline)).toEqual([]);
    const included = pipeline.include.map(({ component }: { component: string }) => component);
    const wanted = (await components()).map(
      ({ name }) => `$CI_SERVER_FQDN/$CI_PROJECT_PATH/${name}@$CI_COMMIT_SHA`,
    );
    expect(included).toEqual(wanted);
    const release = pipeline["create-release"];
    expect(release.release.tag_name).toBe("$CI_COMMIT_TAG");
    expect(release.rules).toEqual([{ if: '$CI_COMMIT_TAG == "7.8.9"' }]);
    expect(pipeline.stages.indexOf(release.stage)).toBe(pipeline.stages.length - 1);
  });

  test("lists every input and output of every component in its README", async () => {
    await exportComponents(root, out, "7.8.9");
    for (const { name, inputs, command } of await components()) {
      const [, section = ""] = read("README.md").split(`\n### ${name}\n`);
      const own = section.split("\n### ")[0]!;
      for (const input of Object.keys(inputs)) expect(own).toContain(`| \`${input}\` |`);
      for (const output of command.outputs)
        expect(own).toContain(`MODWHARF_${output.name.toUpperCase().replaceAll("-", "_")}`);
    }
  });

  test("is not written over something else, nor with a version that the catalog refuses", async () => {
    await expect(exportComponents(root, out, "v1.0.0")).rejects.toThrow("v1.0.0 is no version");
    writeFileSync(join(out, "precious"), "");
    await expect(exportComponents(root, out, "1.0.0")).rejects.toThrow("is not empty");
    expect(readdirSync(out)).toEqual(["precious"]);
  });
});
