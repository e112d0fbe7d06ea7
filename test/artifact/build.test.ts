import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { type BuiltModule, buildModule } from "../../src/artifact/build.ts";
import { verifyModule } from "../../src/artifact/verify.ts";
import { openRepository } from "../../src/source/repository.ts";
import { type ResolveOptions, resolveTag } from "../../src/source/tags.ts";
import { openZip } from "../../src/zip/read.ts";
import {
  createRepository,
  type FixtureFile,
  fingerprintOf,
  git,
  temporaryFolder,
} from "../source/git-fixture.ts";

interface Built {
  built: BuiltModule;
  /** Path below the module's prefix to content. */
  content: Record<string, string>;
  workDir: string;
}

async function build(
  files: Record<string, FixtureFile>,
  tag = "v1.0.0",
  { remote, ...options }: ResolveOptions & { remote?: string } = {},
): Promise<Built> {
  const dir = createRepository(join(temporaryFolder(), "repo"), [{ files, tags: [tag] }]);
  if (remote !== undefined) git(dir, "remote", "add", "origin", remote);
  const before = fingerprintOf(dir);
  const repository = await openRepository({ dir, env: process.env });
  onTestFinished(() => repository.close());
  const workDir = temporaryFolder();
  try {
    const built = await buildModule(repository, await resolveTag(repository, tag, options), { workDir });
    return { built, content: contentOf(built), workDir };
  } catch (error) {
    expect(readdirSync(workDir)).toEqual([]);
    throw error;
  } finally {
    expect(fingerprintOf(dir)).toBe(before);
  }
}

function contentOf({ verified: { zipFile, module } }: BuiltModule): Record<string, string> {
  const zip = openZip(zipFile);
  const prefix = `${module.path}@${module.version}/`;
  const entries = zip.entries.map((entry) => [
    entry.name.slice(prefix.length),
    zip.content(entry).toString(),
  ]);
  zip.close();
  return Object.fromEntries(entries);
}

const goMod = "module example.com/m\n";

describe("buildModule", () => {
  test("puts the module's files into a zip whose h1 holds when it is read again", async () => {
    const { built, content, workDir } = await build({
      "go.mod": goMod,
      "a/b.go": "package b\n",
      "run.sh": { executable: "x" },
    });
    expect(content).toEqual({ "go.mod": goMod, "a/b.go": "package b\n", "run.sh": "x" });
    expect(built).toMatchObject({ files: 3, bytes: 32, omitted: [], warnings: [] });
    const { module, zipFile, mod, info, h1, goModH1 } = built.verified;
    await verifyModule({ module, zipFile, mod, info, expected: { h1, goModH1 } });
    await built.verified.dispose();
    expect(readdirSync(workDir)).toEqual([]);
  });

  test("takes .mod from the raw blob, the zip's go.mod through attributes", async () => {
    const { built, content } = await build({ "go.mod": goMod, ".gitattributes": "go.mod eol=crlf\n" });
    expect(Buffer.from(built.verified.mod).toString()).toBe(goMod);
    expect(content["go.mod"]).toBe(goMod.replaceAll("\n", "\r\n"));
  });

  test("makes up a .mod for a module without go.mod, and puts none into the zip", async () => {
    const { built, content } = await build({ "a.go": "package a\n" }, "v3.0.0", {
      modulePath: "example.com/old",
    });
    expect(Buffer.from(built.verified.mod).toString()).toBe("module example.com/old\n");
    expect(built.verified.module.version).toBe("v3.0.0+incompatible");
    expect(Object.keys(content)).toEqual(["a.go"]);
  });

  test("borrows the root's LICENSE for a module in a folder", async () => {
    const files = {
      "sub/go.mod": "module example.com/m/sub\n",
      LICENSE: { symlink: "COPYING" },
      COPYING: "c",
    };
    const { content } = await build(files, "sub/v1.0.0");
    expect(content).toEqual({ "go.mod": "module example.com/m/sub\n", LICENSE: "COPYING" });
  });

  test("says what it left out and why", async () => {
    const { built } = await build({
      "go.mod": goMod,
      link: { symlink: "go.mod" },
      "x/go.mod": "module x\n",
      "x/x.go": "",
    });
    expect(built.omitted.map(({ path, rule }) => [path, rule])).toEqual([
      ["link", expect.any(String)],
      ["x/go.mod", expect.any(String)],
      ["x/x.go", expect.any(String)],
    ]);
  });

  test("warns of files with a filter, which git on another machine may rewrite", async () => {
    const files = {
      "go.mod": goMod,
      ".gitattributes": "*.bin filter=lfs -text\nb.bin !filter\n",
      "a.bin": "pointer",
      "b.bin": "b",
      "c/d.bin": "x",
    };
    const { built } = await build(files);
    expect(built.warnings).toEqual([
      { rule: "filter-attribute", message: expect.stringContaining("LFS"), files: ["a.bin", "c/d.bin"] },
    ]);
  });

  test("warns of the module's own files only, by their paths in it", async () => {
    const files = {
      "sub/go.mod": "module example.com/m/sub\n",
      "sub/a.bin": "p",
      "a.bin": "p",
      ".gitattributes": "*.bin filter=lfs\n",
    };
    const { built } = await build(files, "sub/v1.0.0");
    expect(built.warnings.flatMap((warning) => warning.files)).toEqual(["a.bin"]);
  });

  test("never lets a job token into the .info", async () => {
    const token = "glcbt-64_Sup3rS3cretJobTok3n";
    const remotes = [
      `https://gitlab-ci-token:${token}@gitlab.example/a/b.git`,
      `https://${token}@gitlab.example/a/b.git`,
      `${token}@gitlab.example:a/b.git`,
      `https://gitlab.example/a/b.git?private_token=${token}`,
      `/srv/${token}@x/b.git`,
    ];
    for (const remote of remotes) {
      const { built } = await build({ "go.mod": goMod }, "v1.0.0", { remote });
      const info = Buffer.from(built.verified.info).toString();
      expect(info).not.toContain("Sup3r");
      expect(JSON.parse(info)).toMatchObject({
        Version: "v1.0.0",
        Origin: { VCS: "git", Ref: "refs/tags/v1.0.0" },
      });
    }
  });
});

describe("buildModule refuses", () => {
  test.each<[string, Record<string, FixtureFile>, string]>([
    ["files that differ in case only", { "A.go": "", "a.go": "" }, "a.go"],
    ["a name that Windows reserves", { "aux.go": "" }, "aux.go"],
    ["a go.mod larger than 16 MiB", { "go.mod": `${goMod}//${"x".repeat(16 * 1024 * 1024)}\n` }, "go.mod"],
    ["a LICENSE larger than 16 MiB", { LICENSE: Buffer.alloc(16 * 1024 * 1024 + 1) }, "LICENSE"],
  ])("%s, naming them", async (_name, files, named) => {
    await expect(build({ "go.mod": goMod, ...files })).rejects.toMatchObject({
      code: "ZIP_INVALID",
      message: expect.stringContaining(named),
      fix: expect.any(String),
    });
  });
});
