// The entry file of hash workers: hashes what it is sent, one job at a time (see hasher.ts).
import { parentPort } from "node:worker_threads";
import { ModwharfError, messageOf } from "../base/errors.ts";
import { type HashAnswer, type HashJob, runHashJob } from "./hasher.ts";

parentPort!.on("message", (job: HashJob) => {
  runHashJob(job).then(
    (h1) => parentPort!.postMessage({ h1 } satisfies HashAnswer),
    (error: unknown) => {
      const code = error instanceof ModwharfError ? error.code : undefined;
      parentPort!.postMessage({ error: messageOf(error), code } satisfies HashAnswer);
    },
  );
});
