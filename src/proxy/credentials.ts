import { readIfPresent } from "../base/files.ts";
import { outputOf } from "../base/process.ts";
import { addSecret } from "../base/redact.ts";
import { type AuthMethod, parseCredentialSets, parseGoauth } from "./goauth.ts";
import { parseNetrc } from "./netrc.ts";

export interface CredentialOptions {
  /** The GOAUTH list. Default `netrc`. */
  readonly goauth?: string;
  /** The netrc file; one that does not exist counts as empty. */
  readonly netrcFile?: string | undefined;
  /** The environment of GOAUTH commands. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /**
   * Headers for all URLs below a prefix, such as `JOB-TOKEN` for `https://gitlab.example.com/api/v4/`. They
   * win over GOAUTH, and are sent over plain http too when the prefix says so.
   */
  readonly headers?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

type Headers = Readonly<Record<string, string>>;

/** What a server refused, as a GOAUTH command gets it on its standard input. */
export interface RefusedAnswer {
  readonly status: number;
  readonly headers: Headers;
}

/**
 * Finds the credentials of a URL as cmd/go does (auth/auth.go): GOAUTH methods run once before the first https
 * request, commands again for a URL that was refused, the longest prefix of host and path wins, and nothing is
 * sent over plain http. All secrets it learns are registered with the redactor.
 */
export class Credentials {
  readonly #options: CredentialOptions;
  readonly #methods: readonly AuthMethod[];
  readonly #byPrefix = new Map<string, Headers>();
  #loaded: Promise<void> | undefined;

  /** Throws USAGE or NOT_SUPPORTED for a GOAUTH list that cannot be used. */
  constructor(options: CredentialOptions = {}) {
    this.#options = options;
    this.#methods = parseGoauth(options.goauth || "netrc");
    for (const headers of Object.values(options.headers ?? {})) addSecrets(headers);
  }

  /** The headers to send to `url`; none when nothing is known. A GOAUTH command's failure counts as none. */
  async headersFor(url: URL): Promise<Headers> {
    const given = this.#given(url);
    if (given !== undefined) return given;
    if (url.protocol !== "https:" || this.#methods.length === 0) return {};
    this.#loaded ??= this.#load();
    await this.#loaded;
    return this.#find(url);
  }

  /**
   * Headers for a second try after a 4xx answer, or undefined when none can be had. GOAUTH commands are run
   * with the URL as their last argument and the answer's head on standard input.
   */
  async headersAfterRefusal(url: URL, answer: RefusedAnswer): Promise<Headers | undefined> {
    const commands = this.#methods.filter((method) => method.kind === "command");
    if (url.protocol !== "https:" || commands.length === 0 || this.#given(url) !== undefined)
      return undefined;
    const before = JSON.stringify(this.#find(url));
    for (const { words } of [...commands].reverse()) await this.#run(words, { url, answer });
    const headers = this.#find(url);
    return JSON.stringify(headers) === before ? undefined : headers;
  }

  #given(url: URL): Headers | undefined {
    const prefixes = Object.entries(this.#options.headers ?? {}).filter(([prefix]) => isBelow(url, prefix));
    return prefixes.sort(([a], [b]) => b.length - a.length)[0]?.[1];
  }

  async #load(): Promise<void> {
    // In reverse, so that what an earlier method says overwrites what a later one said.
    for (const method of [...this.#methods].reverse()) {
      if (method.kind === "netrc") await this.#loadNetrc();
      else await this.#run(method.words);
    }
  }

  async #loadNetrc(): Promise<void> {
    const { netrcFile } = this.#options;
    const text = netrcFile === undefined ? undefined : await readIfPresent(netrcFile);
    for (const { machine, login, password } of parseNetrc(text?.toString("utf8") ?? "").reverse()) {
      const basic = Buffer.from(`${login}:${password}`).toString("base64");
      addSecret(password);
      addSecret(basic);
      this.#byPrefix.set(machine, { authorization: `Basic ${basic}` });
    }
  }

  async #run(words: readonly string[], refused?: { url: URL; answer: RefusedAnswer }): Promise<void> {
    const [command, ...args] = words;
    const input = refused === undefined ? "" : answerHead(refused.answer);
    const all = refused === undefined ? args : [...args, refused.url.href];
    const sets = await outputOf(command!, all, { env: this.#options.env ?? {}, input }).then(
      parseCredentialSets,
      // As with go: another method may still know the credentials, and the server's refusal is what is shown.
      () => [],
    );
    for (const { urls, headers } of sets) {
      addSecrets(headers);
      for (const url of urls) this.#store(url.replace(/^https:\/\//, "").replace(/\/$/, ""), headers);
    }
  }

  #store(prefix: string, headers: Headers): void {
    if (Object.keys(headers).length === 0) this.#byPrefix.delete(prefix);
    else this.#byPrefix.set(prefix, headers);
  }

  #find(url: URL): Headers {
    let prefix = url.href.replace(/^https:\/\//, "").replace(/\/$/, "");
    for (;;) {
      const headers = this.#byPrefix.get(prefix);
      if (headers !== undefined) return headers;
      const slash = prefix.lastIndexOf("/");
      if (slash < 0) return {};
      prefix = prefix.slice(0, slash);
    }
  }
}

/** Compares origins whole, so that https://host.example never covers https://host.example.evil. */
function isBelow(url: URL, prefix: string): boolean {
  if (!URL.canParse(prefix)) return false;
  const base = new URL(prefix);
  const folder = base.pathname.endsWith("/") ? base.pathname : `${base.pathname}/`;
  return url.origin === base.origin && `${url.pathname}/`.startsWith(folder);
}

function addSecrets(headers: Headers): void {
  for (const value of Object.values(headers)) {
    addSecret(value);
    addSecret(value.replace(/^\w+\s+/, ""));
  }
}

function answerHead({ status, headers }: RefusedAnswer): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\n`);
  return `HTTP/1.1 ${status}\n${lines.join("")}\n`;
}
