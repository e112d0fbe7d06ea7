// Warms a GOMODCACHE as its own process, so that a test can kill it: <cache> <GOPROXY> <file with the sums as JSON>.
import { readFileSync } from "node:fs";
import { HttpClient } from "../../src/base/http.ts";
import type { ModuleSum } from "../../src/modcache/verify.ts";
import { warmCache } from "../../src/modcache/warm.ts";
import { GoproxyClient } from "../../src/proxy/client.ts";
import { Credentials } from "../../src/proxy/credentials.ts";
import { Fetcher } from "../../src/proxy/fetcher.ts";
import { parseGoproxy } from "../../src/proxy/goproxy-list.ts";

const [cache, goproxy, sumsFile] = process.argv.slice(2) as [string, string, string];
const http = new HttpClient({ connection: {}, userAgent: "test" });
const fetcher = new Fetcher({ http, credentials: new Credentials({ goauth: "off" }) });
const client = new GoproxyClient({ fetcher, goproxy: parseGoproxy(goproxy) });
const sums = JSON.parse(readFileSync(sumsFile, "utf8")) as ModuleSum[];
const { failed } = await warmCache({ cache, sums, client });
await http.close();
process.exitCode = failed.length === 0 ? 0 : 1;
