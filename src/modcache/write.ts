import { copyFile, link } from "node:fs/promises";
import { VerifiedModule } from "../artifact/verify.ts";
import { ModwharfError } from "../base/errors.ts";
import { writeFileAtomic } from "../base/files.ts";
import { writeSmallAtomic } from "../base/small-files.ts";
import { hashGoMod } from "../dirhash/h1.ts";
import { formatModuleVersion, type ModuleVersion } from "../module/module-version.ts";
import { goInfo } from "./go-info.ts";
import { modulePaths } from "./layout.ts";
import { writeList } from "./list-file.ts";

/*
 * cmd/go locks V.lock (flock) while it downloads a zip, so that two of them do not do the same work and the second
 * finds the first one's files. The files themselves need no lock, since each is complete and right when it gets its
 * name: every one is written under a hidden name of its own, which no pattern of go's clean-up matches, and renamed.
 * Whatever two writers do to one name, it holds one of two contents with one h1. All states in between are ones
 * that go deals with: zip without ziphash is hashed again, ziphash without zip is downloaded, mod and info likewise.
 * Nothing here is synced to the disk: what a power failure leaves is caught by the next verification, as with go.
 */

const CACHE = { durable: false } as const;

/**
 * Puts a verified module into a GOMODCACHE: zip, ziphash, mod and info, as `go mod download` writes them. The
 * caller rewrites the list once per module path. The module's own zip file stays as it is.
 */
export async function writeModule(cache: string, verified: VerifiedModule): Promise<void> {
  if (!VerifiedModule.is(verified))
    throw new ModwharfError("INTERNAL", "only verified modules enter a cache");
  const { zip } = modulePaths(cache, verified.module);
  await writeFileAtomic(zip, (temporary) => linkOrCopy(verified.zipFile, temporary), CACHE);
  writeTexts(cache, verified);
}

/**
 * `writeModule` for a zip that is made in the cache itself: `make` writes it under the temporary name that it is
 * given, and it gets its own name only once `make` has returned it verified. When `make` throws, nothing is left.
 */
export async function makeModule(
  cache: string,
  module: ModuleVersion,
  make: (zipFile: string) => Promise<VerifiedModule>,
): Promise<VerifiedModule> {
  let verified: VerifiedModule | undefined;
  const { zip } = modulePaths(cache, module);
  const check = async (zipFile: string) => {
    verified = await make(zipFile);
    const isThis = VerifiedModule.is(verified) && verified.zipFile === zipFile;
    if (!isThis || formatModuleVersion(verified.module) !== formatModuleVersion(module)) {
      throw new ModwharfError("INTERNAL", "another zip was verified than the one that was made");
    }
  };
  await writeFileAtomic(zip, check, CACHE);
  writeTexts(cache, verified!);
  return verified!;
}

function writeTexts(cache: string, { module, h1, mod, info }: VerifiedModule): void {
  const paths = modulePaths(cache, module);
  writeSmallAtomic(paths.ziphash, h1);
  writeSmallAtomic(paths.mod, mod);
  writeSmallAtomic(paths.info, goInfo(info, formatModuleVersion(module)));
}

/**
 * Puts a lone go.mod into a GOMODCACHE: for versions that take part in the module graph only. Throws HASH_MISMATCH
 * unless it has the h1 that go.sum says; nothing is written then.
 */
export async function writeGoMod(
  cache: string,
  module: ModuleVersion,
  mod: Uint8Array,
  goModH1: string,
): Promise<void> {
  const actual = hashGoMod(mod);
  if (actual !== goModH1) {
    throw new ModwharfError("HASH_MISMATCH", "the go.mod does not have the expected hash", {
      subject: formatModuleVersion(module),
      expected: goModH1,
      actual,
      fix: "do not trust this copy; find out whether the proxy or go.sum was changed",
    });
  }
  writeSmallAtomic(modulePaths(cache, module).mod, mod);
}

/** Rewrites the `list` of every module path that is named. */
export async function writeLists(cache: string, modules: readonly ModuleVersion[]): Promise<void> {
  for (const dir of new Set(modules.map((module) => modulePaths(cache, module).versions))) writeList(dir);
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  // A second name costs nothing; another file system, or one without links, costs a copy.
  await link(from, to).catch(() => copyFile(from, to));
}
