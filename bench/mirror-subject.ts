// What bench/mirror.mjs compares a mirror with, bundled like the command line: the same files from the same proxy into
// the same bucket by the same clients, and nothing checked.
// usage: node mirror-subject.js PROXY STORE FILE-OF-NAMES
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "../src/base/files.ts";
import { HttpClient } from "../src/base/http.ts";
import { Pool } from "../src/base/pool.ts";
import { joinUrl } from "../src/proxy/client.ts";
import { Credentials } from "../src/proxy/credentials.ts";
import { Fetcher } from "../src/proxy/fetcher.ts";
import { contentOfBytes, contentOfFile } from "../src/store/content.ts";
import { S3Backend } from "../src/store/s3.ts";
import { parseStoreUrl } from "../src/store/store-url.ts";

const [proxy, store, names] = process.argv.slice(2) as [string, string, string];
const http = new HttpClient({ connection: {}, userAgent: "modwharf-bench" });
const fetcher = new Fetcher({ http, credentials: new Credentials({ goauth: "off" }) });
const location = parseStoreUrl(store, "/");
if (location.kind !== "s3") throw new Error("needs an s3 store");
const backend = new S3Backend(location, { http });
const work = await temporaryDirectory();
const pool = new Pool(32);

async function copy(name: string): Promise<void> {
  const url = joinUrl(new URL(proxy), name);
  if (!name.endsWith(".zip")) {
    const kind = name.endsWith(".mod") ? "mod" : name.endsWith(".info") ? "info" : "list";
    await backend.create(name, contentOfBytes(kind, await fetcher.bytes(url)));
    return;
  }
  const file = join(work.path, encodeURIComponent(name));
  await fetcher.download(url, file, 1e9);
  await backend.create(name, await contentOfFile("zip", file));
  rmSync(file);
}

await Promise.all(
  readFileSync(names, "utf8")
    .split("\n")
    .map((name) => pool.run(() => copy(name))),
);
await Promise.all([work.dispose(), backend.close(), http.close()]);
