import { ModwharfError } from "../base/errors.ts";

/** Aborts on the first SIGINT or SIGTERM, so that temporary files are cleaned up; the second one kills. */
export function onInterrupt(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.once(name, () => controller.abort(new ModwharfError("USAGE", `interrupted by ${name}`)));
  }
  return controller.signal;
}
