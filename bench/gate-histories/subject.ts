import { HttpClient } from "../../src/base/http.ts";
import { sortVersions } from "../../src/module/version.ts";
import { judge } from "../../src/policy/judge.ts";
import { emptyPolicy } from "../../src/policy/policy.ts";
import { ProxyFacts } from "../../src/policy/proxy-facts.ts";
import { allRules } from "../../src/policy/registry.ts";
import { readSnapshot } from "../../src/policy/snapshot.ts";
import type { SourceTree } from "../../src/policy/tree.ts";
import { GoproxyClient } from "../../src/proxy/client.ts";
import { Credentials } from "../../src/proxy/credentials.ts";
import { Fetcher } from "../../src/proxy/fetcher.ts";
import { parseGoproxy } from "../../src/proxy/goproxy-list.ts";
import { OpenZips } from "../../src/vendor/open-zips.ts";
import { openZip } from "../../src/zip/read.ts";

/** The rules that block without a policy. */
export const blockingRules: readonly string[] = allRules
  .filter((rule) => rule.level === "error")
  .map((rule) => rule.id);

/** One release of a module, as `go mod download -json` left it. */
export interface Release {
  path: string;
  version: string;
  zip: string;
}

/** The files of a module zip as the tree of a commit. */
export function zipTree({ path, version, zip }: Release): SourceTree {
  const file = openZip(zip);
  const zips = new OpenZips();
  const prefix = `${path}@${version}/`;
  // Zips hold vendor/modules.txt at most, which without the files beside it would look like a broken folder.
  const entries = new Map(
    file.entries
      .map((entry) => [entry.name.slice(prefix.length), entry] as const)
      .filter(([name]) => !name.startsWith("vendor/")),
  );
  return {
    label: version,
    files: new Map(
      [...entries].map(([name, entry]) => [
        name,
        { mode: "regular", sizeBytes: entry.uncompressedBytes, id: `${entry.crc32}` },
      ]),
    ),
    read: async (paths) => Promise.all(paths.map(async (name) => zips.read(zip, prefix + name))),
  };
}

/** Facts from the proxies of GOPROXY, with the module cache first. */
export function openFacts(goproxy: string, cacheDir: string): ProxyFacts {
  const http = new HttpClient({ connection: {}, userAgent: "modwharf-bench" });
  const fetcher = new Fetcher({ http, credentials: new Credentials({ goauth: "off" }) });
  const client = new GoproxyClient({ fetcher, goproxy: parseGoproxy(goproxy) });
  return new ProxyFacts({ client, publicClient: client, cacheDir });
}

/** The gate on the step from one release to the next, as a merge request that proposes that version. */
export async function judgeStep(
  before: Release,
  after: Release,
  context: { facts: ProxyFacts; versions: string[] },
) {
  const head = await readSnapshot(zipTree(after));
  const older = context.versions.slice(0, context.versions.indexOf(after.version));
  return judge({
    base: await readSnapshot(zipTree(before)),
    head,
    rules: allRules,
    policy: emptyPolicy(),
    facts: context.facts,
    advisories: undefined,
    published: new Map([[after.path, sortVersions(older)]]),
    tagsKnown: true,
    today: "2026-01-01",
    proposed: { version: after.version, tag: undefined, modulePath: after.path },
  });
}
