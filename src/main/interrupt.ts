import { setMaxListeners } from "node:events";
import { exitCodes } from "../base/codes.ts";
import { ModwharfError } from "../base/errors.ts";
import { removeTemporaries } from "../base/files.ts";

/** How long a command may take to clean up; some only compute and never ask whether they were told to stop. */
const GRACE_MS = 5_000;

/**
 * Aborts on the first SIGINT or SIGTERM, so that a command removes what it has half written and ends. The second one,
 * or five seconds, ends the program, without its temporary files.
 */
export function onInterrupt(): AbortSignal {
  const controller = new AbortController();
  // Each request under way listens, and there may be hundreds.
  setMaxListeners(0, controller.signal);
  const stop = (name: string) => {
    if (controller.signal.aborted) end();
    controller.abort(new ModwharfError("INTERRUPTED", `interrupted by ${name}`));
    setTimeout(end, GRACE_MS).unref();
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  return controller.signal;
}

function end(): never {
  removeTemporaries();
  process.exit(exitCodes.interrupted);
}
