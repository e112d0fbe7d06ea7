import { ModwharfError } from "../base/errors.ts";

/** Where a version came from, as `go` records it (cmd/go codehost.Origin); every field is public for ever. */
export interface Origin {
  readonly url: string | undefined;
  /** The tag's folder, `""` for the repository's root. */
  readonly subdir: string;
  /** The commit, hex. */
  readonly hash: string;
  /** Full ref name of the tag; undefined for a revision without one. */
  readonly ref: string | undefined;
}

/** The `.info` file of a version, byte for byte as `go` prints it: compact, fields in its order, empty ones left out. */
export function formatInfo({
  version,
  time,
  origin,
}: {
  version: string;
  time: Date;
  origin: Origin;
}): Buffer {
  const fields = {
    Version: version,
    Time: `${time.toISOString().slice(0, 19)}Z`,
    Origin: {
      VCS: "git",
      ...(origin.url === undefined ? {} : { URL: origin.url }),
      ...(origin.subdir === "" ? {} : { Subdir: origin.subdir }),
      Hash: origin.hash,
      ...(origin.ref === undefined ? {} : { Ref: origin.ref }),
    },
  };
  return Buffer.from(JSON.stringify(fields).replace(/[<>&\u2028\u2029]/g, escapeAsGo));
}

/** encoding/json escapes these for HTML's sake. */
function escapeAsGo(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** The version that an `.info` names; throws REMOTE_BAD_ANSWER when it is no such file. */
export function versionOfInfo(info: Uint8Array, subject: string): string {
  let version: unknown;
  try {
    version = (JSON.parse(Buffer.from(info).toString("utf8")) as { Version?: unknown } | null)?.Version;
  } catch {
    version = undefined;
  }
  if (typeof version === "string") return version;
  throw new ModwharfError("REMOTE_BAD_ANSWER", "the .info file is not what go expects", {
    subject,
    expected: '{"Version":"v1.2.3","Time":"…"}',
    actual: Buffer.from(info).toString("utf8").slice(0, 200),
  });
}
