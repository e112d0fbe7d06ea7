import { isAbsolute, posix } from "node:path";
import { isIntegrityError, ModwharfError } from "../base/errors.ts";
import { addUrlPasswords, redact } from "../base/redact.ts";

/** What a list looks like, for messages. */
const EXAMPLE = "https://goproxy.example.com,direct";

/** One place of a GOPROXY list to ask for a module. */
export type GoproxyEntry =
  /** Precedes the others when GONOPROXY is set: modules that match it are asked for from version control only. */
  | { readonly kind: "noproxy" }
  /** Ends the list: from version control. */
  | { readonly kind: "direct" }
  /** Ends the list: nowhere. */
  | { readonly kind: "off" }
  | {
      readonly kind: "proxy";
      /** http, https or file. May carry user info: redact before printing. */
      readonly url: URL;
      /** After any error the next entry is asked (`|`); else only after 404 and 410 (`,`). */
      readonly fallBackOnError: boolean;
    };

/**
 * Parses a GOPROXY list as cmd/go does (modfetch/proxy.go, proxyList): entries between `,` and `|`, blank ones
 * skipped, `https://` put before anything that looks like a host; `off` and `direct` end the list.
 * Throws USAGE for a URL that cannot be a proxy and for a list without entries.
 */
export function parseGoproxy(goproxy: string, gonoproxy = ""): GoproxyEntry[] {
  addUrlPasswords(goproxy);
  const entries: GoproxyEntry[] = [];
  for (const [, text = "", separator] of goproxy.matchAll(/([^,|]*)([,|]|$)/g)) {
    const entry = parseEntry(text.trim(), separator === "|");
    if (entry !== undefined) entries.push(entry);
    if (entry?.kind === "off" || entry?.kind === "direct") break;
  }
  if (entries.length === 0) {
    throw new ModwharfError("USAGE", "nothing says which module proxy to ask", {
      subject: "GOPROXY",
      expected: `a list such as ${EXAMPLE}`,
      actual: JSON.stringify(goproxy),
      fix: "set GOPROXY in the job's environment, or name one with --goproxy where the command has it",
    });
  }
  return gonoproxy !== "" && goproxy !== "direct" ? [{ kind: "noproxy" }, ...entries] : entries;
}

function parseEntry(text: string, fallBackOnError: boolean): GoproxyEntry | undefined {
  if (text === "") return undefined;
  if (text === "off" || text === "direct") return { kind: text };
  return { kind: "proxy", url: proxyUrl(text), fallBackOnError };
}

/** The URL of one entry; single words are reserved, and what has a dot, colon or slash may leave out https://. */
function proxyUrl(text: string): URL {
  const isPath = isAbsolute(text) || posix.isAbsolute(text);
  const complete = /[.:/]/.test(text) && !text.includes(":/") && !isPath ? `https://${text}` : text;
  if (!/^[a-z][a-z0-9+.-]*:/i.test(complete)) throw badUrl(text, "a URL with its scheme");
  if (!/^(?:https?|file):/i.test(complete)) throw badUrl(text, "a URL of scheme https, http or file");
  if (/^file:/i.test(complete) && !/^file:(?:\/\/\/|\/(?!\/))[^?#]*$/i.test(complete)) {
    throw badUrl(text, "a file URL that is a path only, such as file:///srv/goproxy");
  }
  if (!URL.canParse(complete)) throw badUrl(text, "a URL");
  return new URL(complete);
}

function badUrl(text: string, expected: string): ModwharfError {
  return new ModwharfError("USAGE", "GOPROXY has an entry that cannot be a proxy", {
    subject: redact(text),
    expected,
    fix: `set GOPROXY to a list such as ${EXAMPLE}`,
  });
}

/** True for answers that let a GOPROXY list go on after a comma: the server does not have it (404, 410). */
export function isNotFound(error: unknown): boolean {
  return error instanceof ModwharfError && error.code === "REMOTE_NOT_FOUND";
}

/**
 * Asks the proxies of the list in turn until one answers; after a comma only a 404 or 410 leads on, after a
 * pipe any error does, but an integrity error never (TryProxies of cmd/go). `ask` gets the proxies only;
 * where the list says `direct` the error is NOT_SUPPORTED, since that needs version control and go's own rules.
 *
 * `subject` is what errors name that no proxy gave. Of several failures the one that says most is thrown: `direct`,
 * then other errors, then not found.
 */
export async function tryProxies<T>(
  entries: readonly GoproxyEntry[],
  ask: (url: URL) => Promise<T>,
  subject?: string,
): Promise<T> {
  let best: { rank: number; error: unknown } = { rank: -1, error: undefined };
  for (const entry of entries) {
    if (entry.kind === "noproxy") continue;
    try {
      if (entry.kind === "proxy") return await ask(entry.url);
      throw entry.kind === "off" ? proxyOff(subject) : directNotSupported(subject, best.error);
    } catch (error) {
      if (isIntegrityError(error)) throw error;
      const rank = entry.kind === "direct" ? 2 : isNotFound(error) ? 0 : 1;
      // "off" says less than a proxy's own answer, so it counts only when it stands alone.
      if (rank >= best.rank && (entry.kind !== "off" || best.rank < 0)) best = { rank, error };
      if (entry.kind === "proxy" && !entry.fallBackOnError && rank > 0) break;
    }
  }
  throw best.error;
}

function proxyOff(subject: string | undefined): ModwharfError {
  return new ModwharfError("REMOTE_NOT_FOUND", "module lookup is disabled by GOPROXY=off", {
    subject,
    fix: "name a proxy in GOPROXY before off",
  });
}

/** What a list means that leads to version control, after a proxy's answer if one came before. */
export function directNotSupported(subject: string | undefined, before?: unknown): ModwharfError {
  return new ModwharfError(
    "NOT_SUPPORTED",
    "fetching from version control (direct) is not supported without go and git",
    {
      subject,
      expected: "a proxy that has the module",
      actual: before instanceof Error ? before.message : undefined,
      fix: "publish the module to a proxy that GOPROXY names, or download it with go itself",
      cause: before,
    },
  );
}
