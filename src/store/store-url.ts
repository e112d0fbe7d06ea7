import { isAbsolute, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ModwharfError } from "../base/errors.ts";
import { redact } from "../base/redact.ts";
import { closest } from "../base/suggest.ts";
import type { GitLabPackage } from "./gitlab-packages.ts";
import type { S3Location } from "./s3.ts";

/** What a STORE url names. */
export type StoreLocation =
  | { kind: "file" /** Absolute. */; root: string }
  | ({ kind: "s3" } & S3Location)
  | ({ kind: "gitlab" /** Undefined: the instance that the job runs on. */; host?: string } & GitLabPackage);

const FORMS = [
  "file:./dir",
  "s3://bucket/prefix?endpoint=…&region=…&layout=goproxy|athens",
  "gitlab:group/project",
  "gitlab://host/group/project?package=goproxy&version=v0",
];

/** Named in the contract, not written yet. */
const LATER = ["artifactory+https", "nexus+https", "gitea+https", "webdav+https"];

/**
 * Parses a STORE url. Strict: an unknown scheme, query key or value is USAGE and says what is allowed. A
 * relative `file:` path is taken from `baseDir`. Credentials in a url are refused: they belong in the environment.
 */
export function parseStoreUrl(text: string, baseDir: string): StoreLocation {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  if (/^[^?#]*\/\/[^/?#]*@/.test(text)) {
    throw refuse(text, "a store's url holds no credentials", "set them in the environment");
  }
  if (text.includes("#")) throw refuse(text, "a store's url has no fragment");
  if (scheme === "file") return parseFile(text, baseDir);
  if (scheme === "s3") return parseS3(text);
  if (scheme === "gitlab") return parseGitLab(text);
  if (
    scheme !== undefined &&
    [...LATER, ...LATER.map(plainName)].includes(scheme.replace(/\+http$/, "+https"))
  ) {
    throw new ModwharfError("NOT_SUPPORTED", `${plainName(scheme)} stores come in a later release`, {
      subject: redact(text),
      fix: `publish to one of ${FORMS.join(", ")} for now`,
    });
  }
  const near = scheme === undefined ? undefined : closest(scheme, ["file", "s3", "gitlab"]);
  throw refuse(
    text,
    "this is no store",
    scheme === "http" || scheme === "https"
      ? "name a server by what it is: s3://bucket?endpoint=…, gitlab://host/group/project"
      : near === undefined
        ? "for a folder write file:./dir"
        : `write ${near}:…`,
    FORMS.join(", "),
  );
}

function plainName(scheme: string): string {
  return scheme.replace(/\+.*$/, "");
}

function refuse(text: string, what: string, fix?: string, expected?: string): ModwharfError {
  return new ModwharfError("USAGE", what, { subject: redact(text), expected, fix });
}

function parseFile(text: string, baseDir: string): StoreLocation {
  if (text.includes("?")) throw refuse(text, "a file: store takes no options");
  const path = text.slice("file:".length);
  if (path === "") throw refuse(text, "a file: store names a folder", undefined, "file:./dir");
  if (!path.startsWith("//")) return { kind: "file", root: resolve(baseDir, path) };
  try {
    const root = fileURLToPath(text);
    if (isAbsolute(root)) return { kind: "file", root };
  } catch {
    // Said below.
  }
  throw refuse(text, "this file: url names no local folder", undefined, "file:./dir or file:///absolute/dir");
}

function parseS3(text: string): StoreLocation {
  const [bucket = "", ...segments] = pathOf(text, "s3://").split("/");
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) {
    throw refuse(text, "the bucket's name is not one", undefined, "s3://bucket or s3://bucket/prefix");
  }
  const options = optionsOf(text, ["endpoint", "region", "layout", "path-style", "writes"]);
  const endpoint = options.get("endpoint");
  if (endpoint !== undefined && !isEndpoint(endpoint)) {
    throw refuse(text, "endpoint is no address of a server", undefined, "endpoint=https://s3.example.com");
  }
  const choose = chooser(text, options);
  const layout = choose("layout", ["goproxy", "athens"]) ?? "goproxy";
  const prefix = segments.filter((segment) => segment !== "").join("/");
  if (layout === "athens" && prefix !== "") {
    throw refuse(
      text,
      "Athens reads from the bucket's root only",
      "leave the prefix out, or use another bucket",
    );
  }
  const pathStyle = choose("path-style", ["true", "false"]) ?? String(endpoint !== undefined);
  return {
    kind: "s3",
    bucket,
    prefix,
    endpoint: endpoint?.replace(/\/+$/, ""),
    region: options.get("region"),
    layout,
    pathStyle: pathStyle === "true",
    writes: choose("writes", ["conditional", "detected"]) ?? "conditional",
  };
}

function isEndpoint(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, username, password, search, hash } = new URL(value);
  return /^https?:$/.test(protocol) && `${username}${password}${search}${hash}` === "";
}

function parseGitLab(text: string): StoreLocation {
  const hasHost = text.startsWith("gitlab://");
  const parts = pathOf(text, hasHost ? "gitlab://" : "gitlab:").split("/");
  const host = hasHost ? parts.shift() : undefined;
  if (hasHost && !/^[a-z0-9.-]+(:\d+)?$/i.test(host ?? "")) throw refuse(text, "the host's name is not one");
  const project = parts.join("/");
  // A numeric id does as well as a path.
  if (!/^(\d+|[\w.-]+(\/[\w.-]+)+)$/.test(project)) {
    throw refuse(text, "this names no GitLab project", undefined, FORMS.slice(2).join(" or "));
  }
  const options = optionsOf(text, ["package", "version"]);
  const packageName = options.get("package") ?? "goproxy";
  const packageVersion = options.get("version") ?? "v0";
  // GitLab's own rules for generic packages; its answer to a breach is a bare 400.
  if (!/^[A-Za-z0-9._+-]+$/.test(packageName)) {
    throw refuse(text, "GitLab allows no such package name", undefined, "letters, digits and . _ - +");
  }
  if (!/^(?!.*\.\.)[\w+.-]+$/.test(packageVersion)) {
    throw refuse(
      text,
      "GitLab allows no such package version",
      undefined,
      "letters, digits and . _ - +, no ..",
    );
  }
  return { kind: "gitlab", ...(host === undefined ? {} : { host }), project, packageName, packageVersion };
}

function pathOf(text: string, start: string): string {
  const path = text.split("?")[0]!;
  if (!path.startsWith(start))
    throw refuse(text, "this store's url is not complete", undefined, FORMS.join(", "));
  const decoded = decodePath(path.slice(start.length));
  if (decoded === undefined) throw refuse(text, "this url's percent-encoding is broken");
  return decoded.replace(/\/+$/, "");
}

function decodePath(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/** The query's keys and values; each key at most once, none empty, none that is not allowed. */
function optionsOf(text: string, allowed: readonly string[]): Map<string, string> {
  const options = new Map<string, string>();
  const query = text.includes("?") ? text.slice(text.indexOf("?") + 1) : "";
  for (const [key, value] of new URLSearchParams(query)) {
    if (!allowed.includes(key)) {
      const near = closest(key, allowed);
      throw refuse(
        text,
        `the store has no option ${key}`,
        near === undefined ? undefined : `write ${near}=…`,
        allowed.join(", "),
      );
    }
    if (options.has(key)) throw refuse(text, `the option ${key} is given twice`);
    if (value === "") throw refuse(text, `the option ${key} has no value`);
    options.set(key, value);
  }
  return options;
}

function chooser(text: string, options: ReadonlyMap<string, string>) {
  return <T extends string>(key: string, allowed: readonly T[]): T | undefined => {
    const value = options.get(key);
    const chosen = allowed.find((one) => one === value);
    if (value === undefined || chosen !== undefined) return chosen;
    throw new ModwharfError("USAGE", `the store's option ${key} has an unknown value`, {
      subject: redact(text),
      expected: allowed.join(" or "),
      actual: value,
    });
  };
}
