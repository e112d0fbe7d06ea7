import { percentDecoded } from "./percent-decoding.ts";

/**
 * Everything that modwharf prints or publishes passes `redact`. Known secrets are registered where they are
 * read (platform/, netrc, environment); shapes that are secret by form are removed even when unknown.
 */
const known = new Set<string>();
let longestFirst: readonly string[] = [];

/** Shorter values would blank out ordinary words; GitHub masks from the same length of useful secrets. */
const MIN_SECRET_LENGTH = 6;

const MASK = "***";

/** Registers a secret; later output never shows it, nor its URL-encoded or base64 form. */
export function addSecret(secret: string | undefined): void {
  if (secret === undefined || secret.length < MIN_SECRET_LENGTH) return;
  known.add(secret);
  known.add(encodeURIComponent(secret));
  known.add(Buffer.from(secret).toString("base64"));
  // As messages quote it.
  known.add(JSON.stringify(secret).slice(1, -1));
  // A secret that begins with another one is to go whole.
  longestFirst = [...known].sort((a, b) => b.length - a.length);
}

/** Registers the password of every URL in a text, whatever characters it has. In time linear to the text's length. */
export function addUrlPasswords(text: string): void {
  for (const [, password = ""] of text.matchAll(/:\/\/[^\s/:@]*:([^\s/@]+)@/g)) {
    addSecret(password);
    addSecret(percentDecoded(password));
  }
}

/** Forms that carry credentials whoever set them; each keeps its first group and masks the rest. */
const SHAPES: readonly RegExp[] = [
  // user info of a URL, also in git's and curl's messages; it ends at the last @, as in the URL standard. The scheme
  // is left out: looking for its beginning would take the square of a hostile text's length
  /(:\/\/)[^\s/?#'"<>]+@/gi,
  // signed query parameters
  /([?&](?:X-Amz-(?:Signature|Credential|Security-Token)|sig|token|access_token|private_token|job_token|password)=)[^&\s"'<>]+/gi,
  /(\b(?:authorization|private-token|job-token|deploy-token|x-amz-security-token)["']?\s*[:=]\s*["']?(?:(?:basic|bearer|token)\s+)?)[^\s"',]+/gi,
  // token prefixes of GitHub, GitLab and AWS
  /()\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|gl(?:pat|cbt|dt|rt|oas|ptt|ft|imt|agent|soat)-[A-Za-z0-9_.-]{16,})/g,
];

/** Returns `text` without any registered secret and without credentials recognisable by their form. */
export function redact(text: string): string {
  let out = text;
  for (const secret of longestFirst) if (out.includes(secret)) out = out.split(secret).join(MASK);
  SHAPES.forEach((shape, i) => {
    out = out.replace(shape, (_all, kept: string) => `${kept}${MASK}${i === 0 ? "@" : ""}`);
  });
  return out;
}

/**
 * A copy of JSON-able data with every string in it redacted. For what is rendered afterwards: redacting rendered
 * text would miss secrets that the format escapes, and could break the format. Names of fields stay.
 */
export function redactDeep<T>(value: T): T {
  if (typeof value === "string") return redact(value) as T;
  if (Array.isArray(value)) return value.map(redactDeep) as T;
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, redactDeep(field)])) as T;
}

/** The URL without user info, query and fragment: what may be stored or published. Not a URL: redacted text. */
export function publicUrl(url: string): string {
  try {
    const parsed = new URL(url);
    parsed.username = "";
    parsed.password = "";
    parsed.search = "";
    parsed.hash = "";
    return parsed.href;
  } catch {
    return redact(url);
  }
}
