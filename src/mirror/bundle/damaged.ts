import { ModwharfError, messageOf } from "../../base/errors.ts";
import { errnoOf } from "../../base/files.ts";
import { invalidBundle } from "./bundle-index.ts";

/** The error to throw for what went wrong while reading a bundle: the tar reader's own are plain ones. */
export function damaged(file: string, error: unknown): unknown {
  if (error instanceof ModwharfError || (error instanceof Error && error.name === "AbortError")) return error;
  const errno = errnoOf(error);
  if (errno === undefined || errno.startsWith("ERR_")) {
    return invalidBundle("the bundle is damaged", { subject: file, actual: messageOf(error) });
  }
  const isFull = errno === "ENOSPC";
  return new ModwharfError(isFull ? "FILE_UNWRITABLE" : "FILE_UNREADABLE", "cannot read the bundle", {
    subject: file,
    actual: errno,
    cause: error,
  });
}
