import { dirname, posix, resolve } from "node:path";
import { ModwharfError, messageOf } from "../base/errors.ts";
import { readIfPresent } from "../base/files.ts";
import { asRemoteError, bytesOf, type HttpClient, statusError } from "../base/http.ts";
import { publicUrl } from "../base/redact.ts";
import { policyFiles } from "./go-related.ts";
import { loadPolicy, type PolicySource } from "./load-policy.ts";
import { emptyPolicy, type Policy } from "./policy.ts";
import type { Rule } from "./rule.ts";
import { readText, type SourceTree } from "./tree.ts";
import { maxYamlBytes } from "./yaml-file.ts";

export interface PolicyPlace {
  /** The tree whose root is searched when no file is named. */
  tree: SourceTree;
  /** Where a named file is looked for. */
  cwd: string;
  file: string | undefined;
  http: HttpClient;
}

/** Reads the named policy file, else that of the tree's root, else the empty policy. Throws POLICY_INVALID. */
export async function findPolicy(place: PolicyPlace, rules: readonly Rule[]): Promise<Policy> {
  const source = await findSource(place);
  if (source === undefined) return emptyPolicy();
  return loadPolicy(source, { rules, read: (from, base) => readExtended(place, from, base) });
}

async function findSource({ tree, cwd, file }: PolicyPlace): Promise<PolicySource | undefined> {
  if (file !== undefined) {
    const bytes = await readIfPresent(resolve(cwd, file)).catch((cause) => {
      throw unreadable(file, cause);
    });
    if (bytes !== undefined) return { file, text: bytes.toString("utf8") };
    throw new ModwharfError("POLICY_INVALID", "there is no such policy file", {
      subject: file,
      fix: "correct --policy, or leave it out to use modwharf.yaml of the repository",
    });
  }
  for (const name of policyFiles) {
    const text = await readText(tree, name);
    if (text !== undefined) return { file: name, text };
    const mode = tree.files.get(name)?.mode;
    // Passing it over would switch every level and list of the policy off.
    if (mode !== undefined) {
      throw new ModwharfError("POLICY_INVALID", "the policy file is not a regular file", {
        subject: name,
        expected: "a file",
        actual: `a ${mode}`,
        fix: "commit the file itself",
      });
    }
  }
  return undefined;
}

function unreadable(file: string, cause: unknown): ModwharfError {
  return new ModwharfError("POLICY_INVALID", "the policy file cannot be read", {
    subject: file,
    expected: "a file of YAML",
    actual: cause instanceof ModwharfError ? cause.actual : messageOf(cause),
    fix: "name a readable file with --policy",
    cause,
  });
}

/** What a policy extends: an https URL, or a file beside it, on disk or in the tree as the policy itself. */
async function readExtended(
  { tree, cwd, file, http }: PolicyPlace,
  from: string,
  base: string,
): Promise<{ file: string; bytes: Uint8Array }> {
  if (/^https:\/\//.test(from) || /^https:\/\//.test(base)) {
    const url = new URL(from, base.startsWith("https://") ? base : undefined).href;
    return { file: url, bytes: await fetchExtended(http, url, base) };
  }
  const beside = posix.isAbsolute(from) ? from : posix.join(dirname(base), from);
  const bytes =
    file === undefined
      ? await readText(tree, beside).then((text) => (text === undefined ? undefined : Buffer.from(text)))
      : await readIfPresent(resolve(cwd, beside));
  if (bytes !== undefined) return { file: beside, bytes };
  throw new ModwharfError("POLICY_INVALID", "the extended policy does not exist", {
    subject: `${base}: extends ${from}`,
    expected: `a file ${beside}, or an https URL`,
    fix: "correct extends.from",
  });
}

/** Throws REMOTE… naming the policy that has the address, since that is where it can be corrected. */
async function fetchExtended(http: HttpClient, url: string, base: string): Promise<Uint8Array> {
  try {
    const response = await http.request(url);
    if (response.status !== 200) throw await statusError(response, `the server answers ${response.status}`);
    return await bytesOf(response, maxYamlBytes);
  } catch (thrown) {
    const error = thrown instanceof ModwharfError ? thrown : asRemoteError(thrown);
    if (error === undefined || !error.code.startsWith("REMOTE")) throw thrown;
    const { subject = publicUrl(url), expected, actual } = error;
    throw new ModwharfError(error.code, `the extended policy cannot be fetched: ${error.what}`, {
      subject,
      expected,
      actual,
      fix: error.fix ?? `correct extends.from in ${base}, or put the policy there again`,
      cause: error,
    });
  }
}
