import type { VerifiedGoMod } from "../artifact/verify-go-mod.ts";
import { ModwharfError } from "../base/errors.ts";
import type { RetryPolicy } from "../base/retry.ts";
import { hashGoMod } from "../dirhash/h1.ts";
import { formatModuleVersion } from "../module/module-version.ts";
import type { Backend, ObjectState } from "./backend.ts";
import { type Content, contentOfBytes } from "./content.ts";
import { place } from "./placement.ts";
import type { PublishStatus } from "./publication.ts";
import { settles } from "./settles.ts";
import type { StoredReader } from "./stored.ts";

export interface GoModContext {
  readonly backend: Backend;
  readonly reader: StoredReader;
  readonly retry?: Partial<RetryPolicy> | undefined;
}

/**
 * Puts a lone `.mod` into a store: what `go` reads of versions that take part in the module graph only. Without
 * `.info` the version itself stays absent; publishing it later finds its `.mod` there. See Store.publishGoMod.
 */
export async function publishGoMod(verified: VerifiedGoMod, context: GoModContext): Promise<PublishStatus> {
  const { backend, reader } = context;
  const [key, ...copies] = backend.keysOf({ ...verified.module, kind: "mod" });
  const content = contentOfBytes("mod", verified.mod);
  const hashOf = async () => {
    const stored = await reader.bytes(key);
    return stored && hashGoMod(stored.bytes);
  };
  let writes = 0;
  // Mostly it is absent; one request finds out and puts it.
  if (await backend.create(key, content)) writes++;
  else if ((await hashOf()) !== verified.goModH1) {
    if (!(await isLeftover(verified, backend))) throw changed(verified, await hashOf(), backend.url);
    const same = async (_state: ObjectState) => (await hashOf()) === verified.goModH1;
    const difference = async () => ({
      expected: `${(await hashOf()) ?? "nothing"}, as stored`,
      actual: verified.goModH1,
    });
    await place(backend, { key, content, same, difference }, () => writes++);
  }
  if (writes > 0 && (backend.guarantee === "detected" || !backend.confirmsUploads)) {
    const isOurs = async () => (await hashOf()) === verified.goModH1;
    if (!(await settles(isOurs, context.retry))) throw changed(verified, await hashOf(), backend.url);
  }
  writes += await createAll(backend, copies, content);
  return writes === 0 ? "unchanged" : "published";
}

/**
 * Whether a `.mod` is what an interrupted `publish` left behind: with a zip, which comes before it, and without `.info`,
 * which comes after it. A `.mod` alone was put as such, and is as final as a version.
 */
async function isLeftover({ module }: VerifiedGoMod, backend: Backend): Promise<boolean> {
  const has = async (kind: "zip" | "info") =>
    (await backend.stat(backend.keysOf({ ...module, kind })[0])) !== undefined;
  return (await has("zip")) && !(await has("info"));
}

async function createAll(backend: Backend, keys: readonly string[], content: Content): Promise<number> {
  let writes = 0;
  for (const key of keys) {
    if ((await backend.stat(key)) === undefined && (await backend.create(key, content))) writes++;
  }
  return writes;
}

function changed({ module, goModH1 }: VerifiedGoMod, stored: string | undefined, url: string): ModwharfError {
  return new ModwharfError("VERSION_CHANGED", "this go.mod is published with other content", {
    subject: `${formatModuleVersion(module)}/go.mod in ${url}`,
    expected: `${stored ?? "nothing"}, as stored`,
    actual: goModH1,
    fix: "a version never changes: find out which of the two sources was altered",
  });
}
