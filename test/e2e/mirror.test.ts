import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { temporaryDirectory } from "../../src/base/files.ts";
import { removeTree } from "../../src/modcache/remove-tree.ts";
import { startFaultyProxy } from "../support/faulty.ts";
import { MINIO_CREDENTIALS, type Minio, startMinio } from "../support/minio.ts";
import { releaseTree } from "../support/release-tree.ts";
import { describeWithTools, requireTool } from "../support/tools.ts";

/*
 * The command line as users have it mirrors what real programs need, from the real proxies and with the real checksum
 * database, into a real MinIO; the real `go` then works from there with an empty module cache.
 */

/** A program whose module graph has many modules that no package of it imports. */
const LARGE = "github.com/go-task/task/v3@v3.43.3";
const SMALL = "github.com/spf13/cobra@v1.9.1";

const online = {
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  HTTPS_PROXY: process.env.HTTPS_PROXY,
  SSL_CERT_FILE: process.env.SSL_CERT_FILE,
  ...(process.env.GOPROXY && { GOPROXY: process.env.GOPROXY }),
};

interface Ended {
  readonly exitCode: number | null;
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into the JSON contract
  readonly json: any;
}

interface Ran {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describeWithTools(["go", "minio"], "a mirror in MinIO", () => {
  let dir: string;
  let dispose: () => Promise<void>;
  let minio: Minio;
  let modwharf: string;

  beforeAll(async () => {
    ({ path: dir, dispose } = await temporaryDirectory());
    modwharf = releaseTree().cli;
    minio = await startMinio();
    await minio.createBucket("modules", true);
  });
  afterAll(async () => {
    await minio.close();
    removeTree(dir);
    await dispose();
  });

  /** The module's own files, tidied by this very `go`. */
  async function checkOut(module: string, name: string): Promise<string> {
    const cache = { GOMODCACHE: join(dir, "gomodcache"), GOPROXY: online.GOPROXY };
    const { Dir } = JSON.parse((await go(["mod", "download", "-json", module], dir, cache)).stdout);
    const to = join(dir, name);
    cpSync(Dir, to, { recursive: true });
    await ended(spawn("chmod", ["-R", "u+w", to]));
    expect(await go(["mod", "tidy"], to, cache)).toMatchObject({ exitCode: 0 });
    return to;
  }

  function go(args: readonly string[], cwd: string, env: Record<string, string | undefined>): Promise<Ran> {
    const common = { GOFLAGS: "-modcacherw", GOTOOLCHAIN: "local", GOWORK: "off", GOENV: "off" };
    return ended(spawn(requireTool("go"), args, { cwd, env: { ...online, ...common, ...env } }));
  }

  /** `go` with an empty module cache and this store alone. */
  function goFrom(prefix: string, args: readonly string[], cwd: string): Promise<Ran> {
    const gomodcache = join(dir, "consumer");
    removeTree(gomodcache);
    const GOPROXY = `${minio.url}/modules/${prefix},off`;
    return go(args, cwd, {
      GOPROXY,
      GOMODCACHE: gomodcache,
      GOFLAGS: "-modcacherw -mod=mod",
      GONOSUMDB: "*",
    });
  }

  function start(cwd: string, to: string, args: readonly string[] = []): ChildProcess {
    const env = {
      ...online,
      // Nothing that earlier runs have seen.
      GOPATH: join(cwd, ".gopath"),
      GOMODCACHE: join(dir, "gomodcache"),
      AWS_ACCESS_KEY_ID: MINIO_CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: MINIO_CREDENTIALS.secretAccessKey,
      TMPDIR: dir,
    };
    return spawn(process.execPath, [modwharf, "mirror", "--to", to, "--json", ...args], { cwd, env });
  }

  const storeOf = (prefix: string, url = minio.url) => `s3://modules/${prefix}?endpoint=${url}`;

  async function mirror(cwd: string, prefix: string, ...args: string[]): Promise<Ended> {
    const { exitCode, stdout, stderr } = await ended(start(cwd, storeOf(prefix), args));
    if (!stdout.startsWith("{")) throw new Error(stderr);
    return { exitCode, json: JSON.parse(stdout) };
  }

  /** Names with entity tags and times: what any write changes. */
  async function stateOf(prefix: string): Promise<Record<string, string>> {
    const state: Record<string, string> = {};
    for (let token: string | undefined; ; ) {
      const page = await minio.client.send(
        new ListObjectsV2Command({ Bucket: "modules", Prefix: `${prefix}/`, ContinuationToken: token }),
      );
      for (const { Key, ETag, LastModified } of page.Contents ?? [])
        state[Key!.slice(prefix.length + 1)] = `${ETag} ${LastModified?.toISOString()}`;
      token = page.NextContinuationToken;
      if (token === undefined) return state;
    }
  }

  const tagsOf = (state: Record<string, string>) =>
    Object.fromEntries(Object.entries(state).map(([key, value]) => [key, value.split(" ")[0]]));

  async function get(key: string): Promise<Uint8Array> {
    const { Body } = await minio.client.send(new GetObjectCommand({ Bucket: "modules", Key: key }));
    return await Body!.transformToByteArray();
  }

  const put = (key: string, body: Uint8Array) =>
    minio.client.send(new PutObjectCommand({ Bucket: "modules", Key: key, Body: body }));

  test("of a large program is all that building, tidying and, as a whole graph, listing takes", async () => {
    const app = await checkOut(LARGE, "large");
    const files = {
      goMod: readFileSync(join(app, "go.mod"), "utf8"),
      goSum: readFileSync(join(app, "go.sum"), "utf8"),
    };
    const first = await mirror(app, "large");
    expect(first).toMatchObject({ exitCode: 0, json: { unchanged: 0, refused: 0, unverified: 0 } });
    expect(first.json.modules.every((one: { vouchedBy: string[] }) => one.vouchedBy.length === 2)).toBe(true);

    expect(await goFrom("large", ["build", "./..."], app)).toMatchObject({ exitCode: 0 });
    expect(await goFrom("large", ["mod", "tidy"], app)).toMatchObject({ exitCode: 0 });
    expect(readFileSync(join(app, "go.mod"), "utf8")).toBe(files.goMod);
    expect(readFileSync(join(app, "go.sum"), "utf8")).toBe(files.goSum);
    // As docs/mirror.md says: a go.mod alone is not enough here.
    expect((await goFrom("large", ["list", "-m", "all"], app)).exitCode).not.toBe(0);

    const whole = await mirror(app, "large", "--whole-graph");
    expect(whole.exitCode).toBe(0);
    expect(whole.json.copied).toBeGreaterThan(0);
    expect(whole.json.modules.length).toBeGreaterThan(first.json.modules.length);
    const list = ["list", "-m", "-f", "{{.Path}} {{.Version}} {{.Time}}", "all"];
    const expected = await go(list, app, { GOMODCACHE: join(dir, "gomodcache") });
    expect(expected).toMatchObject({ exitCode: 0 });
    expect(await goFrom("large", list, app)).toMatchObject({ exitCode: 0, stdout: expected.stdout });

    const before = await stateOf("large");
    const again = await mirror(app, "large", "--whole-graph");
    expect(again).toMatchObject({ exitCode: 0, json: { copied: 0, unchanged: whole.json.modules.length } });
    expect(await stateOf("large")).toEqual(before);
  });

  describe("of a small program", () => {
    let app: string;
    beforeAll(async () => {
      app = await checkOut(SMALL, "small");
      expect(await mirror(app, "reference")).toMatchObject({ exitCode: 0 });
    });

    test("killed at any request, the next run leads to the same", async () => {
      const reference = tagsOf(await stateOf("reference"));
      let kill = () => {};
      let limit = 0;
      const answered = ({ number }: { number: number }) => {
        if (number === limit) kill();
      };
      const proxy = await startFaultyProxy(minio.url, () => undefined, answered);
      try {
        for (limit = 1; ; limit += 7) {
          const prefix = `killed-${limit}`;
          proxy.reset();
          const child = start(app, storeOf(prefix, proxy.url));
          kill = () => child.kill("SIGKILL");
          const { exitCode } = await ended(child);
          const between = tagsOf(await stateOf(prefix));
          for (const [key, tag] of Object.entries(between)) {
            expect([key, tag]).toEqual([key, reference[key]]);
            // What go resolves a version through is there only with the rest.
            if (key.endsWith(".info")) expect(between).toHaveProperty([key.replace(/info$/, "zip")]);
          }
          expect(await mirror(app, prefix)).toMatchObject({ exitCode: 0 });
          expect(tagsOf(await stateOf(prefix))).toEqual(reference);
          if (exitCode === 0) break;
        }
      } finally {
        await proxy.close();
      }
      expect(limit).toBeGreaterThan(10);
    });

    test("an object that was altered is found, named and left alone", async () => {
      expect(await mirror(app, "altered")).toMatchObject({ exitCode: 0 });
      const keys = Object.keys(await stateOf("altered"));
      const zip = keys.find((key) => key.endsWith(".zip"))!;
      const lone = keys.find((key) => key.endsWith(".mod") && !keys.includes(key.replace(/mod$/, "info")));
      for (const key of [zip, zip.replace(/zip$/, "mod"), ...(lone ? [lone] : [])]) {
        const good = await get(`altered/${key}`);
        const bad = Buffer.from(good);
        bad[bad.length >> 1]! ^= 1;
        await put(`altered/${key}`, bad);
        const before = await stateOf("altered");
        const found = await mirror(app, "altered");
        expect([key, found.exitCode, found.json.error?.code]).toEqual([key, 4, "VERSION_CHANGED"]);
        expect(await stateOf("altered")).toEqual(before);
        await put(`altered/${key}`, good);
      }
      expect(await mirror(app, "altered")).toMatchObject({ exitCode: 0, json: { copied: 0 } });
    });

    test("a denied module stays out, all others come in", async () => {
      const denied = await mirror(app, "denied", "--deny", "github.com/spf13/pflag");
      expect(denied).toMatchObject({ exitCode: 1, json: { refused: 1 } });
      const keys = Object.keys(await stateOf("denied"));
      expect(keys.filter((key) => key.startsWith("github.com/spf13/pflag/"))).toEqual([]);
      expect(keys.length).toBeGreaterThan(4);
      expect((await goFrom("denied", ["build", "./..."], app)).exitCode).not.toBe(0);
    });

    test("a hash of go.sum that the database does not have stops that module", async () => {
      const other = join(dir, "other");
      mkdirSync(other);
      cpSync(join(app, "go.mod"), join(other, "go.mod"));
      const goSum = readFileSync(join(app, "go.sum"), "utf8");
      const hashes = [...goSum.matchAll(/^\S+ v\S+ (h1:\S+)$/gm)].map(([, h1]) => h1!);
      const own = /^github.com\/spf13\/pflag v[^/\s]+ (h1:\S+)$/m.exec(goSum)![1]!;
      const wrong = goSum.replace(own, hashes.find((h1) => h1 !== own)!);
      writeFileSync(join(other, "go.sum"), wrong);
      const ran = await mirror(other, "mismatch");
      expect(ran.exitCode).toBe(4);
      expect(ran.json.error).toMatchObject({
        code: "HASH_MISMATCH",
        subject: expect.stringContaining("pflag"),
      });
      const keys = Object.keys(await stateOf("mismatch"));
      expect(keys.filter((key) => key.startsWith("github.com/spf13/pflag/"))).toEqual([]);
    });
  });
});

function ended(child: ChildProcess): Promise<Ran> {
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (text) => (stdout += text));
  child.stderr?.on("data", (text) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}
