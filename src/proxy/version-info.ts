import { ModwharfError } from "../base/errors.ts";

/** What a proxy says of a version: the content of `.info` and `@latest` files. */
export interface VersionInfo {
  readonly version: string;
  /** RFC 3339, as the proxy wrote it; undefined when it wrote none. */
  readonly time: string | undefined;
  /** Where the version came from; its fields are text. */
  readonly origin: Readonly<Record<string, string>> | undefined;
}

/** The fields of an Origin, in the order in which cmd/go writes them (modfetch/codehost.Origin). */
const ORIGIN_FIELDS = ["VCS", "URL", "Subdir", "Hash", "TagPrefix", "TagSum", "Ref", "RepoSum"] as const;

/**
 * Parses an `.info` file; unknown fields are ignored, letter case of names does not count, as with Go's
 * encoding/json. Throws REMOTE_BAD_ANSWER.
 */
export function parseVersionInfo(bytes: Uint8Array, subject: string): VersionInfo {
  const fields = fieldsOf(parseJson(bytes));
  const version = fields?.get("version");
  const time = fields?.get("time");
  if (typeof version !== "string" || version === "" || (time !== undefined && !isTime(time))) {
    throw new ModwharfError("REMOTE_BAD_ANSWER", "malformed version information", {
      subject,
      expected: 'JSON such as {"Version":"v1.0.0","Time":"2019-02-27T03:49:25Z"}',
      actual: Buffer.from(bytes.subarray(0, 100)).toString("utf8"),
    });
  }
  const origin = fieldsOf(fields?.get("origin"));
  return { version, time, origin: origin && originOf(origin) };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    return undefined;
  }
}

function fieldsOf(value: unknown): Map<string, unknown> | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return new Map(Object.entries(value).map(([name, field]) => [name.toLowerCase(), field]));
}

function isTime(value: unknown): value is string {
  const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:\d\d)$/;
  return typeof value === "string" && form.test(value) && !Number.isNaN(Date.parse(value.replace(",", ".")));
}

function originOf(fields: ReadonlyMap<string, unknown>): Record<string, string> {
  const named = ORIGIN_FIELDS.map((name) => [name, fields.get(name.toLowerCase())] as const);
  return Object.fromEntries(named.filter((pair): pair is [(typeof pair)[0], string] => !!pair[1]));
}
