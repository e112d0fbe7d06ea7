import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HttpClient } from "../../src/base/http.ts";
import { Credentials } from "../../src/proxy/credentials.ts";
import { Fetcher } from "../../src/proxy/fetcher.ts";
import { parseGoproxy } from "../../src/proxy/goproxy-list.ts";
import { SumdbClient } from "../../src/sumdb/client.ts";
import { sumdbDisk } from "../../src/sumdb/disk.ts";
import { parseGosumdb } from "../../src/sumdb/gosumdb.ts";
import { sumdbRemote } from "../../src/sumdb/remote.ts";
import { describeWithTools } from "../support/tools.ts";
import { runGo } from "../support/xmod.ts";

const modules = [
  { path: "golang.org/x/mod", version: "v0.42.0" },
  { path: "github.com/BurntSushi/toml", version: "v1.2.0" },
  { path: "github.com/docker/docker", version: "v20.10.24+incompatible" },
  { path: "rsc.io/quote", version: "v1.5.2" },
];

describeWithTools(["go"], "the public checksum database, through the module proxy", () => {
  let dir: string;
  let goproxy: string;
  let reachable = false;
  const http = new HttpClient({
    connection: { caFiles: process.env.SSL_CERT_FILE === undefined ? [] : [process.env.SSL_CERT_FILE] },
    userAgent: "modwharf-test",
  });
  const fetcher = new Fetcher({ http, credentials: new Credentials() });

  function client(list = goproxy): SumdbClient {
    const gosumdb = parseGosumdb("sum.golang.org")!;
    const readRemote = sumdbRemote({ fetcher, gosumdb, goproxy: parseGoproxy(list) });
    const disk = sumdbDisk({
      cacheDir: join(dir, "gopath/pkg/mod/cache/download/sumdb"),
      latestDir: join(dir, "gopath/pkg/sumdb"),
    });
    return new SumdbClient({ verifier: gosumdb.verifier, ops: { readRemote, ...disk } });
  }

  const goEnv = () => ({
    GOPATH: join(dir, "gopath"),
    GOMODCACHE: "",
    GOFLAGS: "-modcacherw",
    GOSUMDB: "sum.golang.org",
    GONOSUMDB: "",
    GOPRIVATE: "",
  });

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "modwharf-sumdb-"));
    goproxy = (await runGo(["env", "GOPROXY"], dir)).trim();
    const base = goproxy.split(/[,|]/)[0]!;
    reachable = await fetcher.bytes(new URL(`${base}/sumdb/sum.golang.org/supported`)).then(
      () => true,
      () => false,
    );
    if (!reachable)
      process.stderr.write(`skipped: ${base} does not serve the public checksum database here\n`);
  });
  afterAll(async () => {
    await http.close();
    await rm(dir, { recursive: true, force: true });
  });

  test("proves the hashes that go itself writes into go.sum, and go takes up what we have cached", async (context) => {
    context.skip(!reachable);
    const asking = client();
    const ours = await Promise.all(modules.map((module) => asking.hashes(module)));
    const lookups = join(dir, "gopath/pkg/mod/cache/download/sumdb/sum.golang.org/lookup");
    expect(await readFile(join(lookups, "github.com/!burnt!sushi/toml@v1.2.0"), "utf8")).toContain(
      "BurntSushi",
    );
    const latest = await readFile(join(dir, "gopath/pkg/sumdb/sum.golang.org/latest"), "utf8");

    const specs = modules.map(({ path, version }) => `${path}@${version}`);
    const downloaded = await runGo(["mod", "download", "-json", ...specs], dir, goEnv());
    const go = JSON.parse(`[${downloaded.trim().replace(/\n}\n{/g, "\n},\n{")}]`) as {
      Path: string;
      Sum: string;
      GoModSum: string;
    }[];
    modules.forEach(({ path }, i) => {
      const theirs = go.find(({ Path }) => Path === path)!;
      expect(ours[i]).toEqual({ h1: theirs.Sum, goModH1: theirs.GoModSum });
    });
    // go had every lookup in the cache, so it saw no newer head than we did.
    expect(await readFile(join(dir, "gopath/pkg/sumdb/sum.golang.org/latest"), "utf8")).toBe(latest);
  });

  test("proves again what go has cached, without a network", async (context) => {
    context.skip(!reachable);
    await runGo(["mod", "download", "golang.org/x/text@v0.3.0"], dir, goEnv());
    const hashes = await client("off").hashes({ path: "golang.org/x/text", version: "v0.3.0" });
    expect(hashes.h1).toBe("h1:g61tztE5qeGQ89tm6NTjjM9VPIm088od1l6aSorWRWg=");
  });

  test("a version that does not exist is not found", async (context) => {
    context.skip(!reachable);
    const asked = client().lookup({ path: "golang.org/x/mod", version: "v0.999.0" });
    await expect(asked).rejects.toMatchObject({ code: "REMOTE_NOT_FOUND" });
  });
});
