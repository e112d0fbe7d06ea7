import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { CacheService } from "../../src/platform/platform.ts";
import { type CacheServer, startCacheServer } from "../support/actions-cache-server.ts";
import { type Captured, capturedPlatform } from "../support/captured.ts";
import { describeWithTools } from "../support/tools.ts";

describeWithTools(["tar", "gzip"], "GitHub's cache, through the stock package", () => {
  let server: CacheServer;
  let workspace: string;
  beforeEach(async () => {
    server = await startCacheServer();
    workspace = await mkdtemp(join(tmpdir(), "workspace-"));
    // Actions start in the workspace; relative paths count from there.
    vi.spyOn(process, "cwd").mockReturnValue(workspace);
    await mkdir(join(workspace, "temp"));
    await mkdir(join(workspace, "cache/download"), { recursive: true });
    // Incompressible, so that half an archive holds whole files.
    for (const name of ["a", "b", "c"]) {
      await writeFile(join(workspace, `cache/download/${name}.zip`), randomBytes(300_000));
    }
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    await server.close();
    await rm(workspace, { recursive: true });
  });

  const paths = ["cache/download"];

  async function job(
    env: Record<string, string | undefined> = {},
  ): Promise<Captured & { cache: CacheService }> {
    const captured = await capturedPlatform({
      GITHUB_ACTIONS: "true",
      GITHUB_SERVER_URL: "https://github.com",
      GITHUB_WORKSPACE: workspace,
      RUNNER_TEMP: join(workspace, "temp"),
      ...server.env,
      ...env,
    });
    return { ...captured, cache: captured.platform.cache! };
  }

  test("gives back what was saved, by key and by prefix", async () => {
    const { cache } = await job();
    expect(await cache.save(paths, "mod-1")).toBe("saved");
    await rm(join(workspace, "cache"), { recursive: true });
    expect(await cache.restore(paths, "mod-1", [])).toBe("mod-1");
    expect((await readFile(join(workspace, "cache/download/a.zip"))).length).toBe(300_000);
    expect(await cache.restore(paths, "mod-2", ["mod-"])).toBe("mod-1");
    expect(await cache.restore(paths, "other", ["other-"])).toBeUndefined();
    expect(server.violations).toEqual([]);
  });

  test("takes a key once", async () => {
    const { cache } = await job();
    expect(await cache.save(paths, "mod-1")).toBe("saved");
    expect(await cache.save(paths, "mod-1")).toBe("exists");
    expect(server.entries).toHaveLength(1);
  });

  test("of an untrusted run is read only, which is no failure and no warning", async () => {
    server.mode = "read-only";
    const { cache, stdout } = await job();
    expect(await cache.save(paths, "mod-1")).toBe("denied");
    expect(stdout()).toContain("this run may only read caches");
    expect(stdout()).not.toContain("::warning::");
  });

  test("respects the runner's cache mode", async () => {
    const { cache } = await job({ ACTIONS_CACHE_MODE: "read" });
    expect(await cache.save(paths, "mod-1")).toBe("denied");
    expect(server.log).toEqual([]);
  });

  test("of a service in trouble is a warning", async () => {
    server.mode = "refusing";
    const { cache, stdout } = await job();
    expect(await cache.save(paths, "mod-1")).toBe("failed");
    expect(stdout()).toMatch(/::warning::the cache was not saved: .*bad day/);
  });

  test("that the service does not finish is not called saved", async () => {
    server.mode = "unfinished";
    const { cache, stdout } = await job();
    expect(await cache.save(paths, "mod-1")).toBe("failed");
    expect(stdout()).toContain("::warning::the cache was not saved: ");
  });

  test("that cannot be unpacked leaves nothing behind", async () => {
    const { cache } = await job();
    expect(await cache.save(paths, "mod-1")).toBe("saved");
    await rm(join(workspace, "cache"), { recursive: true });
    server.truncates = true;
    expect(await cache.restore(paths, "mod-1", [])).toBeUndefined();
    expect(await readdir(workspace)).not.toContain("cache/download");
    await expect(readdir(join(workspace, "cache/download"))).rejects.toThrow("ENOENT");
  });

  test("that cannot be unpacked leaves what was there before", async () => {
    const { cache, stdout } = await job();
    expect(await cache.save(paths, "mod-1")).toBe("saved");
    server.truncates = true;
    expect(await cache.restore(paths, "mod-1", [])).toBeUndefined();
    expect(stdout()).toContain("::warning::the cache was not restored: ");
    expect(await readdir(join(workspace, "cache/download"))).toEqual(["a.zip", "b.zip", "c.zip"]);
  });

  test("prints nothing of its own on stdout but masks", async () => {
    const write = vi.spyOn(process.stdout, "write");
    const { cache, stdout } = await job();
    expect(await cache.save(paths, "mod-1")).toBe("saved");
    await cache.restore(paths, "mod-1", []);
    expect(write.mock.calls.map(([text]) => String(text)).filter((text) => /cache|tar/i.test(text))).toEqual(
      [],
    );
    expect(stdout()).toContain("Cache hit for: mod-1");
    expect(stdout()).toMatch(/^::add-mask::/m);
  });

  test("refuses a key that the service cannot hold", async () => {
    const { cache } = await job();
    await expect(cache.save(paths, "a,b")).rejects.toMatchObject({ code: "USAGE" });
  });

  test("is absent where the runner offers none", async () => {
    expect((await job({ ACTIONS_RUNTIME_TOKEN: undefined })).platform.cache).toBeUndefined();
    const none = { ACTIONS_RESULTS_URL: undefined, ACTIONS_CACHE_SERVICE_V2: undefined };
    expect((await job(none)).platform.cache).toBeUndefined();
    const v1 = { ...none, ACTIONS_RUNTIME_TOKEN: undefined, ACTIONS_CACHE_URL: server.url };
    expect((await job(v1)).platform.cache).toBeDefined();
  });
});
