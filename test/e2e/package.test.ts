import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createRepository, temporaryFolder } from "../source/git-fixture.ts";
import { describeWithTools } from "../support/tools.ts";

const root = join(import.meta.dirname, "../..");

/** The tarball that `npm publish` would upload, over a dist/ that is built from the sources at hand. */
function pack(dir: string): string {
  const stage = join(dir, "stage");
  mkdirSync(stage);
  for (const name of ["package.json", "README.md", "LICENSE", "schema"])
    cpSync(join(root, name), join(stage, name), { recursive: true });
  execFileSync(process.execPath, [join(root, "scripts/build.mjs"), join(stage, "dist")]);
  const out = execFileSync("npm", ["pack", "--json", "--pack-destination", dir], {
    cwd: stage,
    encoding: "utf8",
  });
  const [{ filename }] = JSON.parse(out) as [{ filename: string }];
  return join(dir, filename);
}

describeWithTools(["git"], "the npm package", () => {
  it("installs without network and without dependencies, and publishes a module", () => {
    const dir = temporaryFolder();
    const prefix = join(dir, "prefix");
    mkdirSync(prefix);
    const options = {
      cwd: dir,
      encoding: "utf8",
      env: { ...process.env, npm_config_cache: join(dir, "cache") },
    } as const;
    execFileSync("npm", ["install", "--global", "--offline", "--prefix", prefix, pack(dir)], options);
    const modwharf = join(prefix, "bin/modwharf");
    expect(readdirSync(join(prefix, "lib/node_modules"))).toEqual(["modwharf"]);
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
    expect(execFileSync(modwharf, ["--version"], options)).toBe(`${version}\n`);

    const files = { "go.mod": "module example.com/m\n\ngo 1.21\n", "m.go": "package m\n" };
    createRepository(join(dir, "repo"), [{ files, tags: ["v1.0.0"] }]);
    const args = ["publish", "--repo", "repo", "--tag", "v1.0.0", "--to", "file:registry", "--json"];
    const { modules } = JSON.parse(execFileSync(modwharf, args, options));
    expect(modules[0]).toMatchObject({ module: "example.com/m", version: "v1.0.0", files: 2 });
  });
});
