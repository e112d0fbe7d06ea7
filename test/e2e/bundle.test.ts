import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRepository, git } from "../source/git-fixture.ts";
import { FAKE_PROJECT, FAKE_TOKENS, type FakeGitLab, startFakeGitLab } from "../support/fake-gitlab.ts";
import { packageRoutes, servedFiles } from "../support/fake-gitlab-packages.ts";
import { FAKE_BUCKET, FAKE_S3_CREDENTIALS, type FakeS3, startFakeS3 } from "../support/fake-s3.ts";
import { releaseTree } from "../support/release-tree.ts";

/*
 * The command line as users get it: the bundle, in a process of its own. What bundling can break (packages that
 * are loaded on demand) and what only a process has (pipes, exit codes, signals) is seen nowhere else.
 */
const JOB_TOKEN = FAKE_TOKENS[0]!.value;
const ORIGIN_TOKEN = "t0ken-in-the-origin";

interface Ended {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

let dir: string;
let repo: string;
let s3: FakeS3;
let gitlab: FakeGitLab;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "modwharf-bundle-"));
  repo = createRepository(join(dir, "repo"), [
    {
      files: { "go.mod": "module example.com/Wharf/mod\n\ngo 1.22\n", "a.go": "package mod\n" },
      tags: ["v1.0.0", "v2.0.0"],
    },
  ]);
  git(
    repo,
    "remote",
    "add",
    "origin",
    `https://gitlab-ci-token:${ORIGIN_TOKEN}@gitlab.example.com/w/mod.git`,
  );
  s3 = await startFakeS3();
  gitlab = await startFakeGitLab({ routes: packageRoutes });
  releaseTree();
}, 120_000);

afterAll(async () => {
  await s3.close();
  await gitlab.close();
  rmSync(dir, { recursive: true, force: true });
});

function environment(): Record<string, string> {
  return {
    PATH: process.env.PATH ?? "",
    AWS_ACCESS_KEY_ID: FAKE_S3_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: FAKE_S3_CREDENTIALS.secretAccessKey,
    CI_API_V4_URL: gitlab.apiUrl,
    CI_JOB_TOKEN: JOB_TOKEN,
    // Secrets made to break what is printed: a name of the contract, and JSON's own signs.
    GITHUB_TOKEN: "modules",
    GH_TOKEN: '":"h1:',
  };
}

function start(args: readonly string[], env = environment()) {
  return spawn(process.execPath, [releaseTree().cli, ...args], { cwd: repo, env, stdio: "pipe" });
}

function run(args: readonly string[], env?: Record<string, string>): Promise<Ended> {
  const child = start(args, env);
  const ended: Ended = { exitCode: null, stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (ended.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (ended.stderr += chunk.toString()));
  return new Promise((resolve) => child.once("close", (exitCode) => resolve({ ...ended, exitCode })));
}

const stores = () => [
  "--to=file:../registry",
  `--to=s3://${FAKE_BUCKET}/go?endpoint=${s3.url}`,
  `--to=gitlab:${FAKE_PROJECT.path}`,
];

describe("the bundle", () => {
  it("publishes to every kind of store, then finds everything unchanged, and lets no secret out", async () => {
    const files = ["--receipt=../receipt.json", "--format=sarif=../r.sarif,junit=../r.xml,markdown=../r.md"];
    for (const status of ["published", "unchanged"]) {
      const ended = await run(["publish", "--tag=v1.0.0", "--json", ...stores(), ...files]);
      expect(ended.stderr).toBe("");
      expect(ended.exitCode).toBe(0);
      const [module] = JSON.parse(ended.stdout).modules;
      expect(module.stores.map((store: { status: string }) => store.status)).toEqual([
        status,
        status,
        status,
      ]);
      const written = ["receipt.json", "r.sarif", "r.xml", "r.md"].map((name) =>
        readFileSync(join(dir, name)),
      );
      const folder = join(dir, "registry/example.com/!wharf/mod/@v");
      const stored = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
      const uploaded = [...s3.objects.values()].map(({ bytes }) => bytes);
      const inGitLab = Object.values(servedFiles(gitlab)).map((text) => Buffer.from(text, "base64"));
      const everything = [ended.stdout, ...written, ...stored, ...uploaded, ...inGitLab].join("\n");
      for (const secret of [ORIGIN_TOKEN, JOB_TOKEN, FAKE_S3_CREDENTIALS.secretAccessKey]) {
        expect(everything).not.toContain(secret);
      }
    }
  });

  it("says why in JSON for whatever fails, wrong options included", async () => {
    const cases: [string[], number, string][] = [
      [["publish", "--json", "--nope"], 2, "USAGE"],
      [["publish", "--json", "--tag=v1.0.0"], 2, "USAGE"],
      [["publish", "--json", "--tag=v1.0.0", "--to=file:../registry", "--dry-run=yes"], 2, "USAGE"],
      [["nonsense", "--json"], 2, "USAGE"],
      [["hash", "--json", "absent.zip"], 2, "FILE_UNREADABLE"],
      [["publish", "--json", "--tag=v2.0.0", "--to=file:../registry"], 1, "TAG_MAJOR_MISMATCH"],
      [["publish", "--json", "--repo=..", "--tag=v1.0.0", "--to=file:../registry"], 2, "NOT_A_REPOSITORY"],
      [["publish", "--json", "--tag=v1.0.0", "--to=gitlab:no/where"], 3, "REMOTE_NOT_FOUND"],
    ];
    for (const [args, exitCode, code] of cases) {
      const ended = await run(args);
      expect({ args, exitCode: ended.exitCode }).toEqual({ args, exitCode });
      expect(JSON.parse(ended.stdout).error).toMatchObject({ code });
    }
  });

  it("finishes its work and keeps its exit code when nobody reads its output", async () => {
    const cases: [string[], number][] = [
      [["--version"], 0],
      [["--help"], 0],
      [["publish", "--help"], 0],
      [["publish", "--tag=v1.0.0", "--to=file:../unread"], 0],
      [["publish", "--tag=v2.0.0", "--to=file:../unread", "--json"], 1],
    ];
    for (const [args, exitCode] of cases) {
      const child = start(args);
      child.stdout.destroy();
      child.stderr.destroy();
      expect({ args, exitCode: await new Promise((resolve) => child.once("close", resolve)) }).toEqual({
        args,
        exitCode,
      });
    }
    expect(readdirSync(join(dir, "unread/example.com/!wharf/mod/@v"))).toHaveLength(4);
  });
});
