// The entry file of hash workers: hashes what it is sent, one job at a time (see hasher.ts).
import { parentPort } from "node:worker_threads";
import { ModwharfError, messageOf } from "../base/errors.ts";
import { type HashAnswer, type HashJob, runHashJob } from "./hasher.ts";

parentPort!.on("message", (job: HashJob) => {
  runHashJob(job).then(
    (h1) => parentPort!.postMessage({ h1 } satisfies HashAnswer),
    (error: unknown) => parentPort!.postMessage(answerOf(error)),
  );
});

/** An error of ours in the form that another thread can receive. */
function answerOf(error: unknown): HashAnswer {
  if (!(error instanceof ModwharfError)) return { code: "INTERNAL", what: messageOf(error), details: {} };
  const { code, what, subject, expected, actual, fix } = error;
  return { code, what, details: { subject, expected, actual, fix } };
}
