import { isPseudoVersion } from "../module/pseudo.ts";
import { parseVersionInfo } from "../proxy/version-info.ts";

const NO_TIME = "0001-01-01T00:00:00Z";

/**
 * The bytes that cmd/go writes into its cache for an `.info` file that a proxy served (modfetch writeDiskStat):
 * Version, Time and Origin in Go's JSON form, without what says nothing about one fixed version.
 * Throws REMOTE_BAD_ANSWER when it is malformed.
 */
export function goInfo(served: Uint8Array, subject: string): Buffer {
  const { version, time, origin } = parseVersionInfo(served, subject);
  const { TagSum: _sum, TagPrefix: _prefix, RepoSum: _repo, Ref, ...rest } = origin ?? {};
  const kept = isPseudoVersion(version) || Ref === undefined ? rest : { ...rest, Ref };
  const info = {
    Version: version,
    Time: goTime(time ?? NO_TIME),
    ...(origin === undefined ? {} : { Origin: kept }),
  };
  return Buffer.from(escapeLikeGo(JSON.stringify(info)));
}

/** Go's RFC 3339 form: at most nanoseconds, no trailing zeros, Z for no offset. */
function goTime(time: string): string {
  const [, seconds = "", fraction = "", zone = ""] =
    /^([^.Z+]*?)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(time) ?? [];
  const kept = fraction.slice(0, 9).replace(/0+$/, "");
  return `${seconds}${kept === "" ? "" : `.${kept}`}${/^[+-]00:00$/.test(zone) ? "Z" : zone}`;
}

/** encoding/json writes these so that the text can stand inside HTML and JavaScript. */
function escapeLikeGo(json: string): string {
  return json.replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
