import { redact } from "../base/redact.ts";

/** Transports whose URL says where the code is; `file:` and helpers (`ext::`) say nothing to a consumer. */
const PUBLISHABLE = new Set(["https:", "http:", "ssh:", "git:"]);

/**
 * The form of a remote's URL that may be published for ever in a module's Origin: scheme, host, port and path.
 * User info goes (a CI checkout's URL carries the job token there), and so do query and fragment; scp-like
 * `git@host:path` becomes `ssh://host/path`. Whatever remains doubtful (a local path, an unknown transport, an
 * `@` that survived, something the redactor knows) gives undefined: an absent URL harms nobody, a token does.
 */
export function publicOrigin(remote: string | undefined): string | undefined {
  if (remote === undefined || /[\s\\\p{Cc}]/u.test(remote)) return undefined;
  const clean = remote.includes("://") ? cleanUrl(remote) : cleanUrl(scpToUrl(remote));
  if (clean === undefined || /@|%40/i.test(clean) || redact(clean) !== clean) return undefined;
  return clean;
}

function cleanUrl(url: string | undefined): string | undefined {
  // Git takes an authority only after exactly two slashes; URL parsing is laxer than that.
  if (url === undefined || !/^[a-z][a-z0-9+.-]*:\/\/[^/]/i.test(url)) return undefined;
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return undefined;
  }
  if (!PUBLISHABLE.has(parsed.protocol) || parsed.hostname === "") return undefined;
  const path = parsed.pathname.replace(/\/+$/, "");
  return `${parsed.protocol}//${parsed.host}${path}`;
}

/** `user@host:path` as an ssh URL; undefined for what git takes for a local path or a transport helper. */
function scpToUrl(remote: string): string | undefined {
  const colon = remote.indexOf(":");
  const slash = remote.indexOf("/");
  if (colon <= 0 || (slash >= 0 && slash < colon) || remote[colon + 1] === ":") return undefined;
  // User info may hold a colon of its own, so the host begins behind the last @ of the first segment.
  const authority = slash < 0 ? remote : remote.slice(0, slash);
  const rest = remote.slice(authority.lastIndexOf("@") + 1);
  // One letter is a Windows drive.
  const match = /^([A-Za-z0-9][A-Za-z0-9.-]+):\/?([^/].*)$/.exec(rest);
  return match === null ? undefined : `ssh://${match[1]}/${match[2]}`;
}
