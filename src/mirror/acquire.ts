import { stat } from "node:fs/promises";
import { join } from "node:path";
import { type VerifiedModule, verifyModule } from "../artifact/verify.ts";
import { checkGoModHash, type VerifiedGoMod, verifyGoMod } from "../artifact/verify-go-mod.ts";
import { ModwharfError } from "../base/errors.ts";
import { allOf } from "../base/pool.ts";
import type { Hasher } from "../modcache/hasher.ts";
import { formatModuleVersion, type ModuleVersion } from "../module/module-version.ts";
import type { GoproxyClient } from "../proxy/client.ts";
import type { Vouched } from "./vouch.ts";

export interface AcquireOptions {
  readonly client: Pick<GoproxyClient, "mod" | "info" | "zip">;
  readonly hasher: Hasher;
  /** An existing directory for zips; the caller removes it. */
  readonly workDir: string;
}

let downloads = 0;

/** Downloads a version and verifies it. Dispose it after use. Throws HASH_MISMATCH and what the client throws. */
export async function acquireModule(
  module: ModuleVersion,
  expected: Vouched,
  { client, hasher, workDir }: AcquireOptions,
): Promise<VerifiedModule> {
  const zipFile = join(workDir, `${downloads++}.zip`);
  const [mod, info] = await allOf([client.mod(module), client.info(module), client.zip(module, zipFile)]);
  return await verify(module, expected, { zipFile, mod, info, hasher });
}

type Files = { zipFile: string; mod: Uint8Array; info: Uint8Array; hasher: Hasher };

/** Verifies a module's files; a zip that breaks the rules is not the one that somebody vouched for. */
export async function verify(
  module: ModuleVersion,
  expected: Pick<Vouched, "h1" | "goModH1">,
  { zipFile, mod, info, hasher }: Files,
): Promise<VerifiedModule> {
  checkGoModHash(module, mod, expected.goModH1);
  const verifying = verifyModule({
    module,
    zipFile,
    mod,
    info,
    expected,
    // A replacement's go.mod may declare the path that it replaces, and a go.sum does not tell which those are.
    declaredPath: "any",
    hash: async () => {
      const sums = await hasher.hash({ kind: "module", path: zipFile, module, result: "sums" });
      const [h1 = "", zipSha256 = ""] = sums.split(" ");
      return { h1, zipSha256, zipBytes: (await stat(zipFile)).size };
    },
  });
  return await verifying.catch((error: unknown) => {
    const isInvalid = error instanceof ModwharfError && error.code === "ZIP_INVALID";
    if (!isInvalid || expected.h1 === undefined) throw error;
    throw new ModwharfError("HASH_MISMATCH", "the content does not have the expected hash", {
      subject: formatModuleVersion(module),
      expected: expected.h1,
      actual: error.message,
      fix: "do not trust this copy; find out which of the two sources was changed",
      cause: error,
    });
  });
}

/** Downloads and verifies a lone go.mod. Throws as `acquireModule`. */
export async function acquireGoMod(
  module: ModuleVersion,
  { goModH1 }: Vouched,
  { client }: AcquireOptions,
): Promise<VerifiedGoMod> {
  return verifyGoMod(module, await client.mod(module), goModH1);
}
