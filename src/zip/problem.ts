import { fixForReading } from "../base/errno-advice.ts";
import { type ErrorDetails, ModwharfError } from "../base/errors.ts";
import { errnoOf } from "../base/files.ts";

/** A zip, or what should become one, that breaks the format's or Go's rules. */
export function zipInvalid(what: string, details: ErrorDetails = {}): ModwharfError {
  return new ModwharfError("ZIP_INVALID", what, details);
}

/** A local file that cannot be read; errors of our own pass unchanged. */
export function unreadable(file: string, error: unknown): unknown {
  if (error instanceof ModwharfError || errnoOf(error) === undefined) return error;
  return new ModwharfError("FILE_UNREADABLE", "cannot read the file", {
    subject: file,
    actual: errnoOf(error),
    fix: fixForReading(errnoOf(error)),
    cause: error,
  });
}

/** A file that is no zip, or a damaged one. */
export function notAZip(subject: string, actual: string): ModwharfError {
  return zipInvalid("not a valid zip file", { subject, actual, fix: "download or build it again" });
}
