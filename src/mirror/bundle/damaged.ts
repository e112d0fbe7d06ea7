import { ModwharfError, messageOf } from "../../base/errors.ts";
import { errnoOf } from "../../base/files.ts";
import { INDEX_NAME, invalidBundle } from "./bundle-index.ts";

/**
 * The error to throw for what went wrong while reading a bundle: the tar reader's own are plain ones. A file whose index
 * was not reached was none.
 */
export function damaged(file: string, error: unknown, hasBegun: boolean): unknown {
  if (error instanceof Error && error.name === "AbortError") return error;
  if (error instanceof ModwharfError) {
    const isForeign = !hasBegun && error.code === "BUNDLE_INVALID";
    return isForeign ? noBundle(file, error.actual ?? error.what) : error;
  }
  const errno = errnoOf(error);
  if (errno === undefined || errno.startsWith("ERR_")) {
    if (!hasBegun) return noBundle(file, messageOf(error));
    return invalidBundle("the bundle is damaged", { subject: file, actual: messageOf(error) });
  }
  return new ModwharfError("FILE_UNREADABLE", "cannot read the bundle", {
    subject: file,
    expected: "a file that modwharf bundle create wrote",
    actual: errno,
    fix: "name the bundle's file",
    cause: error,
  });
}

/** The error for a file whose beginning is no bundle's. */
export function noBundle(file: string, actual: string): ModwharfError {
  return new ModwharfError("BUNDLE_INVALID", "this is no bundle", {
    subject: file,
    expected: `an uncompressed tar file that begins with ${INDEX_NAME}, as modwharf bundle create writes it`,
    actual,
    fix: "name the bundle's file, unpacked where it was compressed; get it again when it was cut off on its way",
  });
}
