import { ModwharfError } from "../base/errors.ts";
import { redact } from "../base/redact.ts";
import { parseVerifierKey, type Verifier } from "../tlog/keys.ts";

/** The key of the public checksum database, as cmd/go has it built in (modfetch/key.go). */
const KNOWN_KEYS: Readonly<Record<string, string>> = {
  "sum.golang.org": "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
};

/** Names of databases that are only other addresses of a known one. */
const ALIASES: Readonly<Record<string, string>> = {
  "sum.golang.google.cn": "sum.golang.org https://sum.golang.google.cn",
};

/** A checksum database as GOSUMDB names it. */
export interface Gosumdb {
  /** Such as sum.golang.org; part of paths in caches and proxies. */
  readonly name: string;
  readonly verifier: Verifier;
  /** Where it is by its name: https://<name>. */
  readonly direct: URL;
  /** An address given explicitly, which takes the place of proxies and of `direct`. */
  readonly url: URL | undefined;
}

/**
 * Parses GOSUMDB as cmd/go does (modfetch/sumdb.go, dbDial): `off`, a known name, or a verifier key, followed by an
 * optional URL. Returns undefined for `off`. Throws USAGE.
 */
export function parseGosumdb(gosumdb: string): Gosumdb | undefined {
  if (gosumdb === "off") return undefined;
  const [key = "", address, ...more] = (ALIASES[gosumdb] ?? gosumdb)
    .split(/\s+/)
    .filter((word) => word !== "");
  if (key === "" || more.length > 0) throw malformed(gosumdb, "a name or key, and at most one URL");
  const known = KNOWN_KEYS[key];
  if (known === undefined && !key.includes("+"))
    throw malformed(
      gosumdb,
      `a database whose key is known (${Object.keys(KNOWN_KEYS)}), or the key of another one`,
    );
  const verifier = parseVerifierKey(known ?? key);
  if (address !== undefined && !URL.canParse(address)) throw malformed(gosumdb, "a URL after the key");
  return {
    name: verifier.name,
    verifier,
    direct: directUrl(verifier.name),
    url: address === undefined ? undefined : new URL(address),
  };
}

/** A host with an optional port, and path elements that begin with a letter or digit. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9.-]*(?::\d+)?(?:\/[A-Za-z0-9][A-Za-z0-9._~-]*)*$/;

/** True for a name that can stand in URLs and file names without leading elsewhere. */
export function isDatabaseName(name: string): boolean {
  return NAME.test(name) && URL.canParse(`https://${name}`);
}

/** The name stands in URLs and in file names: nothing in it may lead elsewhere. */
function directUrl(name: string): URL {
  if (!isDatabaseName(name)) {
    throw malformed(name, "a database name of the form host[/path]");
  }
  return new URL(`https://${name}`);
}

function malformed(subject: string, expected: string): ModwharfError {
  return new ModwharfError("USAGE", "invalid GOSUMDB", {
    subject: redact(subject),
    expected,
    fix: "set GOSUMDB to sum.golang.org, to a verifier key with an optional URL, or to off",
  });
}
