import { expect, test } from "vitest";
import { temporaryDirectory } from "../../src/base/files.ts";
import { HttpClient } from "../../src/base/http.ts";
import { openStore, type StoreContext } from "../../src/store/open.ts";
import type { Store } from "../../src/store/store.ts";
import { fixtureModule } from "../contract/fixture-module.ts";
import { FAKE_TOKENS, startFakeGitLab } from "../support/fake-gitlab.ts";
import { packageRoutes, servedFiles } from "../support/fake-gitlab-packages.ts";
import { FAKE_BUCKET, FAKE_S3_CREDENTIALS, startFakeS3 } from "../support/fake-s3.ts";
import { startFaultyProxy } from "../support/faulty.ts";
import { publishInChild, type StoreChildJob } from "../support/store-process.ts";
import { visibleFiles } from "../support/visible-files.ts";

/*
 * A publishing process is killed after its first request to the store, after its second, and so on until it gets
 * through. Each time: what consumers see is nothing or the whole version, the version that was there before stays
 * as it was, and one more run leads to the same final state as an undisturbed one.
 */

const MODULE = { path: "example.com/Azure/wharf", version: "v2.0.0+incompatible" };
const BEFORE = { path: MODULE.path, version: "v1.0.0" };

interface Trial {
  /** Runs the publishing process and kills it after `requests`; true when it was killed before its end. */
  killedAfter(requests: number): Promise<boolean>;
  /** Straight to the storage, for looking. */
  store: Store;
  snapshot(): Promise<Record<string, string>>;
  dispose(): Promise<void>;
}

function storeOf(url: string, context: Partial<StoreContext>): Store {
  const http = new HttpClient({ connection: {}, userAgent: "modwharf-test" });
  return openStore(url, { http, baseDir: "/", ...context });
}

async function fileTrial(): Promise<Trial> {
  const root = await temporaryDirectory();
  const job = { store: `file:${root.path}`, module: MODULE };
  return {
    store: storeOf(job.store, {}),
    killedAfter: async (requests) => {
      const { signal } = await publishInChild({ ...job, killAfterFileCalls: requests });
      return signal === "SIGKILL";
    },
    snapshot: () => visibleFiles(root.path),
    dispose: root.dispose,
  };
}

/** A trial against a server: the proxy in front of it kills the process when a request has been carried out. */
async function serverTrial(
  upstream: string,
  jobFor: (url: string) => Omit<StoreChildJob, "module">,
  rest: Pick<Trial, "snapshot" | "dispose">,
): Promise<Trial> {
  let kill: (() => void) | undefined;
  let limit = Number.POSITIVE_INFINITY;
  const proxy = await startFaultyProxy(
    upstream,
    () => undefined,
    ({ number }) => {
      if (number === limit) kill?.();
    },
  );
  const job = { ...jobFor(proxy.url), module: MODULE };
  const { store, gitlab, aws } = jobFor(upstream);
  return {
    store: storeOf(store, { ...(gitlab && { gitlab }), ...(aws && { aws }) }),
    killedAfter: async (requests) => {
      proxy.reset();
      limit = requests;
      const { signal } = await publishInChild(job, (child) => {
        kill = () => child.kill("SIGKILL");
      });
      limit = Number.POSITIVE_INFINITY;
      return signal === "SIGKILL";
    },
    snapshot: rest.snapshot,
    dispose: async () => {
      await proxy.close();
      await rest.dispose();
    },
  };
}

async function s3Trial(): Promise<Trial> {
  const fake = await startFakeS3();
  const jobFor = (url: string) => ({
    store: `s3://${FAKE_BUCKET}/go?endpoint=${url}`,
    aws: { region: "us-east-1", credentials: FAKE_S3_CREDENTIALS },
  });
  return serverTrial(fake.url, jobFor, {
    snapshot: async () =>
      Object.fromEntries([...fake.objects].map(([key, { bytes }]) => [key, bytes.toString("base64")])),
    dispose: fake.close,
  });
}

async function gitlabTrial(): Promise<Trial> {
  const fake = await startFakeGitLab({ routes: packageRoutes });
  const { kind, value } = FAKE_TOKENS[0]!;
  const jobFor = (url: string) => ({
    store: "gitlab:platform/go-registry",
    gitlab: { apiUrl: `${url}/api/v4`, token: { kind, value } },
  });
  return serverTrial(fake.url, jobFor, { snapshot: async () => servedFiles(fake), dispose: fake.close });
}

test.each([
  ["file", fileTrial, 15],
  ["s3", s3Trial, 12],
  ["gitlab", gitlabTrial, 12],
] as const)(
  "%s: killed after every single request, then run again",
  { timeout: 300_000 },
  async (_name, start, least) => {
    const module = await fixtureModule(MODULE);
    const reference = await undisturbed(start);
    let kills = 0;
    for (let requests = 1; ; requests++) {
      const trial = await start();
      try {
        await trial.store.publish(await fixtureModule(BEFORE));
        const killed = await trial.killedAfter(requests);
        await expectNothingHalf(trial.store, module);
        if (!killed) {
          expect(await trial.snapshot()).toEqual(reference);
          break;
        }
        kills++;
        await trial.store.publish(module);
        expect(await trial.snapshot()).toEqual(reference);
      } finally {
        await trial.dispose();
      }
    }
    expect(kills).toBeGreaterThanOrEqual(least);
  },
);

async function undisturbed(start: () => Promise<Trial>): Promise<Record<string, string>> {
  const trial = await start();
  try {
    await trial.store.publish(await fixtureModule(BEFORE));
    await trial.store.publish(await fixtureModule(MODULE));
    return await trial.snapshot();
  } finally {
    await trial.dispose();
  }
}

/** `.info` and `list` name the version only when all of it is there; the version from before is untouched. */
async function expectNothingHalf(
  store: Store,
  module: Awaited<ReturnType<typeof fixtureModule>>,
): Promise<void> {
  await store.verifyPublished(await fixtureModule(BEFORE));
  const versions = await store.versions(MODULE.path);
  const info = await store.readFile({ ...MODULE, kind: "info" });
  info?.body.destroy();
  if (versions.includes(MODULE.version)) await store.verifyPublished(module);
  else expect(versions).toEqual([BEFORE.version]);
  // Resolvable through .info: then zip and mod are whole, and only the line in list may be missing.
  if (info !== undefined) expect(["incomplete", "published"]).toContain(await store.check(module));
}
