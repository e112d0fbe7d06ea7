import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { HttpClient } from "../../src/base/http.ts";
import { contentOfBytes } from "../../src/store/content.ts";
import { GitLabBackend } from "../../src/store/gitlab.ts";
import type { GitLabCredential } from "../../src/store/gitlab-api.ts";
import { Store } from "../../src/store/store.ts";
import { fixtureModule } from "../contract/fixture-module.ts";
import { describeStoreContract, type StorePlace } from "../contract/store.contract.ts";
import {
  FAKE_PROJECT,
  FAKE_TOKENS,
  type FakeGitLab,
  type FakeGitLabOptions,
  startFakeGitLab,
} from "../support/fake-gitlab.ts";
import { fakePackageFiles, packageRoutes, servedFiles } from "../support/fake-gitlab-packages.ts";

const retry = { sleep: async () => {} };
const [JOB, MAINTAINER, READER, STRANGER, DEPLOY] = FAKE_TOKENS.map((token): GitLabCredential => token) as [
  GitLabCredential,
  GitLabCredential,
  GitLabCredential,
  GitLabCredential,
  GitLabCredential,
];

function backendOf(fake: FakeGitLab, credential: GitLabCredential | undefined, project = FAKE_PROJECT.path) {
  const http = new HttpClient({ connection: {}, userAgent: "modwharf-test", retry });
  return new GitLabBackend(
    { http, url: fake.apiUrl, credential },
    { project, packageName: "goproxy", packageVersion: "v0" },
  );
}

async function makePlace(options: FakeGitLabOptions, credential: GitLabCredential): Promise<StorePlace> {
  const fake = await startFakeGitLab({ routes: packageRoutes, ...options });
  return {
    open: () => backendOf(fake, credential),
    writes: () => fake.log.filter((line) => /^(PUT|POST|DELETE) /.test(line)).length,
    age: async (ms) => {
      fake.ageMs += ms;
    },
    snapshot: async () => servedFiles(fake),
    dispose: async () => {
      await fake.close();
      expect(fake.unknown).toEqual([]);
    },
  };
}

describeStoreContract("gitlab, job token", () => makePlace({}, JOB));
describeStoreContract("gitlab, a token that may delete", () => makePlace({}, MAINTAINER));
describeStoreContract("gitlab without checksums in downloads", () =>
  makePlace({ sendsChecksum: false }, MAINTAINER),
);

describe("GitLab", () => {
  let fake: FakeGitLab;
  beforeEach(async () => {
    fake = await startFakeGitLab({ routes: packageRoutes });
  });
  afterEach(() => fake.close());
  const store = (credential: GitLabCredential | undefined = JOB, project?: string) =>
    new Store(backendOf(fake, credential, project), { retry });
  const v1 = (extra = {}) => fixtureModule({ path: "example.com/m", version: "v1.0.0", ...extra });

  test("each kind of token goes in its own header", async () => {
    for (const [i, credential] of [JOB, MAINTAINER, DEPLOY].entries()) {
      const module = await fixtureModule({ path: "example.com/m", version: `v1.${i}.0` });
      expect(await store(credential).publish(module)).toBe("published");
    }
    expect(await store(READER).versions("example.com/m")).toEqual(["v1.0.0", "v1.1.0", "v1.2.0"]);
  });

  test.each([
    ["no token", undefined, "REMOTE_AUTH", "CI_JOB_TOKEN"],
    ["a token that may only read", READER, "REMOTE_AUTH", "Developer role"],
    ["a token of a stranger", STRANGER, "REMOTE_NOT_FOUND", "no member"],
  ] as const)(
    "%s: the error says what is missing and shows no token",
    async (_name, credential, code, fix) => {
      const backend = backendOf(fake, credential);
      const error = await new Store(backend, { retry })
        .publish(await v1())
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code, exitCode: 3, fix: expect.stringContaining(fix) });
      expect(JSON.stringify(error)).not.toMatch(/gl(pat|cbt|dt)-/);
    },
  );

  test("a project can be named by its number", async () => {
    expect(await store(JOB, "42").publish(await v1())).toBe("published");
  });

  test("go's requests below the package prefix are answered", async () => {
    const target = store();
    await target.publish(
      await fixtureModule({ path: "example.com/Azure/m", version: "v2.0.0+incompatible" }),
    );
    const headers = { "job-token": JOB.value };
    const ask = async (path: string) => (await fetch(`${target.goproxyUrl}/${path}`, { headers })).status;
    for (const name of [
      "list",
      "v2.0.0+incompatible.info",
      "v2.0.0+incompatible.mod",
      "v2.0.0+incompatible.zip",
    ]) {
      expect(await ask(`example.com/!azure/m/@v/${name}`), name).toBe(200);
    }
    expect(await ask("example.com/other/@v/list")).toBe(404);
    expect(await ask("example.com/!azure/m/@latest")).toBe(400);
    expect(await ask("example.com%2F!azure/m/@v/list")).toBe(400);
  });

  test("a version that GitLab's file names have no room for is refused before anything is sent", async () => {
    const module = await fixtureModule({ path: "example.com/m", version: "v1.0.0-RC.1" });
    await expect(store().publish(module)).rejects.toMatchObject({ code: "NOT_SUPPORTED", exitCode: 2 });
    expect(fake.log).toEqual([]);
  });

  test("a publish into a registry of 60,000 files reads a handful of them", async () => {
    await store().publish(await fixtureModule({ path: "example.com/m", version: "v0.9.0" }));
    const [any] = fakePackageFiles(fake);
    const files = (fake.state.get("packages") as { files: unknown[] }[])[0]!.files;
    const old = Array.from({ length: 60_000 }, (_, i) => ({
      ...any!,
      id: i - 60_000,
      fileName: `other%2F${i}%2F%40v%2Fv1.0.0.info`,
      createdAtMs: Date.now() - 3 * 3_600_000,
    }));
    files.unshift(...old);
    fake.log.length = 0;
    expect(await store().publish(await v1())).toBe("published");
    expect(fake.log.length).toBeLessThanOrEqual(24);
    expect(fake.log.filter((line) => line.includes("/package_files"))).not.toContainEqual(
      expect.stringContaining("page=2"),
    );
    expect(await store().versions("example.com/m")).toEqual(["v0.9.0", "v1.0.0"]);
  });

  test("a list that overwrote another publisher's line is mended by whoever wrote last", async () => {
    const [a, b] = [await v1(), await fixtureModule({ path: "example.com/m", version: "v1.1.0" })];
    await store().publish(a);
    const backend = backendOf(fake, JOB);
    await store().publish(b);
    // The slow publisher of v1.0.0 read the list before v1.1.0 was in it, and writes it only now.
    await backend.replace("example.com/m/@v/list", contentOfBytes("list", Buffer.from("v1.0.0\n")));
    await store().publish(await fixtureModule({ path: "example.com/m", version: "v1.2.0" }));
    expect(await store().versions("example.com/m")).toEqual(["v1.0.0", "v1.1.0", "v1.2.0"]);
  });

  describe("two uploads of one version", () => {
    /** Lets `other` be published in full while ours is between its look and its upload of the zip. */
    async function raceZip(credential: GitLabCredential) {
      const ours = await v1({ content: "ours" });
      const other = await v1({ content: "theirs" });
      const backend = backendOf(fake, credential);
      let raced = false;
      const stat = backend.stat.bind(backend);
      backend.stat = async (key) => {
        const state = await stat(key);
        if (key.endsWith(".zip") && !raced) {
          raced = true;
          await store(MAINTAINER).publish(other);
        }
        return state;
      };
      return {
        other,
        outcome: await new Store(backend, { retry }).publish(ours).catch((error: unknown) => error),
      };
    }

    test("the later one is not made when the earlier is seen in time", async () => {
      const { other, outcome } = await raceZip(JOB);
      expect(outcome).toMatchObject({ code: "RACE_LOST", exitCode: 4 });
      await store().verifyPublished(other);
    });

    /** Publishes while a rival's zip hides ours; `rivalGivesWay` is asked in each pause. Returns the pauses too. */
    async function publishHidden(rivalGivesWay: (pauses: number) => boolean) {
      const ours = await v1({ content: "ours" });
      const backend = backendOf(fake, JOB);
      const create = backend.create.bind(backend);
      backend.create = async (key, content) => {
        const created = await create(key, content);
        const theirs = contentOfBytes("zip", Buffer.from("theirs"));
        if (key.endsWith(".zip")) await backendOf(fake, JOB).replace(key, theirs);
        return created;
      };
      const pauses: number[] = [];
      const sleep = async (ms: number) => {
        pauses.push(ms);
        const { files } = (fake.state.get("packages") as { files: { bytes: Buffer }[] }[])[0]!;
        const hiding = files.findIndex(({ bytes }) => bytes.toString() === "theirs");
        if (rivalGivesWay(pauses.length)) files.splice(hiding, 1);
      };
      const publishing = new Store(backend, { retry: { ...retry, sleep } }).publish(ours);
      return { ours, pauses, outcome: await publishing.catch((error: unknown) => error) };
    }

    test("is waited for by the earlier publisher until it is gone", async () => {
      const { ours, outcome } = await publishHidden((pauses) => pauses === 2);
      expect(outcome).toBe("published");
      await store().verifyPublished(ours);
    });

    test("makes the earlier publisher lose too when it stays: nothing is published then", async () => {
      const { ours, outcome, pauses } = await publishHidden(() => false);
      expect(outcome).toMatchObject({ code: "RACE_LOST" });
      expect(pauses.length).toBeGreaterThan(2);
      expect(await store().has(ours.module)).toBe(false);
    });

    test("is undone by its own publisher when the token may delete", async () => {
      const rival = backendOf(fake, MAINTAINER);
      const key = "example.com/m/@v/v1.0.0.zip";
      const theirs = contentOfBytes("zip", Buffer.from("theirs"));
      const ours = contentRacing(() => rival.replace(key, theirs));
      expect(await backendOf(fake, MAINTAINER).create(key, ours)).toBe(false);
      expect(Buffer.from(servedFiles(fake)[key]!, "base64").toString()).toBe("theirs");
    });

    test("is followed by the earlier one's bytes when the token may not delete", async () => {
      const rival = backendOf(fake, MAINTAINER);
      const key = "example.com/m/@v/v1.0.0.zip";
      const theirs = ["theirs", "third"].map((text) => contentOfBytes("zip", Buffer.from(text)));
      const ours = contentRacing(async () => {
        for (const content of theirs) await rival.replace(key, content);
      });
      expect(await backendOf(fake, JOB).create(key, ours)).toBe(false);
      expect(Buffer.from(servedFiles(fake)[key]!, "base64").toString()).toBe("theirs");
    });

    test("stays, and nothing is uploaded again, when the earlier one is the same", async () => {
      const rival = backendOf(fake, MAINTAINER);
      const key = "example.com/m/@v/v1.0.0.zip";
      const ours = contentRacing(() => rival.replace(key, contentOfBytes("zip", Buffer.from("ours"))));
      expect(await backendOf(fake, JOB).create(key, ours)).toBe(true);
      expect(fakePackageFiles(fake)).toHaveLength(2);
    });

    test("is reported with the file to delete when the token may not, before GitLab 18", async () => {
      fake.options.downloadsById = false;
      const rival = backendOf(fake, MAINTAINER);
      const key = "example.com/m/@v/v1.0.0.zip";
      const theirs = contentOfBytes("zip", Buffer.from("theirs"));
      const ours = contentRacing(() => rival.replace(key, theirs));
      const error = await backendOf(fake, JOB)
        .create(key, ours)
        .catch((thrown: unknown) => thrown);
      const newest = fakePackageFiles(fake).at(-1)!;
      expect(error).toMatchObject({
        code: "RACE_LOST",
        exitCode: 4,
        fix: expect.stringContaining(String(newest.id)),
      });
    });
  });

  describe("a group that forbids duplicates", () => {
    beforeEach(() => {
      fake.options.duplicatesAllowed = false;
    });

    test("takes a module's first version, and refuses the growing list with the setting to change", async () => {
      expect(await store().publish(await v1())).toBe("published");
      const second = await fixtureModule({ path: "example.com/m", version: "v1.1.0" });
      await expect(store().publish(second)).rejects.toMatchObject({
        code: "REMOTE",
        fix: expect.stringContaining("allow generic duplicates"),
      });
      fake.options.duplicatesAllowed = true;
      expect(await store().publish(second)).toBe("published");
      expect(await store().versions("example.com/m")).toEqual(["v1.0.0", "v1.1.0"]);
    });
  });

  test("a file above the instance's limit is refused with the limit to raise", async () => {
    fake.options.maxBodyBytes = 100;
    await expect(store().publish(await v1())).rejects.toMatchObject({
      code: "REMOTE",
      actual: expect.stringContaining("413"),
      fix: expect.stringContaining("limit"),
    });
  });

  test("first uploads to a new package are made one at a time", async () => {
    const one = store();
    const modules = ["a", "b", "c", "d"].map((name) =>
      fixtureModule({ path: `example.com/${name}`, version: "v1.0.0" }),
    );
    await Promise.all((await Promise.all(modules)).map((module) => one.publish(module)));
    expect(fake.log.filter((line) => line.endsWith(" 500"))).toEqual([]);
  });
});

/** Content whose upload is under way when `meanwhile` happens. */
function contentRacing(meanwhile: () => Promise<unknown>) {
  const content = contentOfBytes("zip", Buffer.from("ours"));
  return {
    ...content,
    open: () =>
      Readable.from(
        (async function* () {
          await meanwhile();
          yield Buffer.from("ours");
        })(),
      ),
  };
}
