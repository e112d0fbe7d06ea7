/*
 * Publishes one fixture module in a process of its own, which a test may kill; bundled by store-process.ts.
 * The argument is a StoreChildJob as JSON; the outcome is one line of JSON on standard output.
 */
import fsPromises from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { HttpClient } from "../../src/base/http.ts";
import { openStore } from "../../src/store/open.ts";
import { fixtureModule } from "../contract/fixture-module.ts";
import type { StoreChildJob } from "./store-process.ts";

const job = JSON.parse(process.argv[2]!) as StoreChildJob;
const retry = { baseDelayMs: 5, maxDelayMs: 20 };
const module = await fixtureModule(job.module);
if (job.killAfterFileCalls !== undefined) killAfterFileCalls(job.killAfterFileCalls);
const store = openStore(job.store, {
  http: new HttpClient({ connection: job.connection ?? {}, userAgent: "modwharf-test", retry }),
  baseDir: process.cwd(),
  retry,
  ...(job.gitlab === undefined ? {} : { gitlab: job.gitlab }),
  ...(job.aws === undefined ? {} : { aws: job.aws }),
});
try {
  process.stdout.write(`${JSON.stringify({ status: await store.publish(module) })}\n`);
} catch (error) {
  process.stdout.write(
    `${JSON.stringify({ error: String(error), code: (error as { code?: string }).code })}\n`,
  );
  process.exitCode = 1;
}
// Idle connections would keep the process for a while.
process.exit();

/** Ends this process, as SIGKILL does, right after its n-th change to a file system. */
function killAfterFileCalls(limit: number): void {
  let calls = 0;
  for (const name of ["open", "link", "rename", "unlink", "mkdir"] as const) {
    const original = fsPromises[name] as (...args: unknown[]) => Promise<unknown>;
    const counted = async (...args: unknown[]) => {
      const result = await original(...args);
      if (++calls === limit) process.kill(process.pid, "SIGKILL");
      return result;
    };
    Object.assign(fsPromises, { [name]: counted });
  }
  syncBuiltinESMExports();
}
