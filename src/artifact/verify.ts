import { stat, unlink } from "node:fs/promises";
import { ModwharfError } from "../base/errors.ts";
import { errnoOf } from "../base/files.ts";
import { hashGoMod } from "../dirhash/h1.ts";
import { parseGoModLax } from "../modfile/go-mod.ts";
import { formatModuleVersion, type ModuleVersion } from "../module/module-version.ts";
import { checkOpenZip, checkZipVersion, errorOf } from "../zip/check.ts";
import { hashOpenZip } from "../zip/hash.ts";
import { openZip } from "../zip/read.ts";
import { versionOfInfo } from "./info.ts";

/** The three files of a version, and what is known of their hashes. */
export interface ModuleFiles {
  readonly module: ModuleVersion;
  /** Path of the zip on disk. */
  readonly zipFile: string;
  /** The bytes of `.mod`. */
  readonly mod: Uint8Array;
  /** The bytes of `.info`. */
  readonly info: Uint8Array;
}

export interface VerifyOptions extends ModuleFiles {
  /** From go.sum, a checksum database or a publisher; without them the hashes are computed and compared to nothing. */
  readonly expected?: { readonly h1?: string | undefined; readonly goModH1?: string | undefined } | undefined;
  /**
   * `any` accepts a go.mod that declares another path, as `go` does for what replace directives fetch; `same`
   * (the default) is right for everything that is to be required.
   */
  readonly declaredPath?: "same" | "any";
  /** Removes the zip; by default `dispose` deletes the file. */
  readonly dispose?: () => Promise<void>;
  /** `checkAndHashZip` on another thread. */
  readonly hash?: typeof checkAndHashZip;
}

export interface HashedZip {
  readonly h1: string;
  readonly zipBytes: number;
  /** The hexadecimal SHA-256 of the file, where somebody computed it on the way: storages ask for it. */
  readonly zipSha256?: string;
}

/** Known to this module alone, so that nobody else can make a VerifiedModule. */
const seal = Symbol("verified");

/**
 * One module version whose zip, `.mod` and `.info` were checked against each other and hashed. The only kind of
 * module that stores, caches, vendor directories and bundles accept; only this file makes one.
 */
export class VerifiedModule {
  readonly #verified = true;
  readonly module: ModuleVersion;
  /** go.sum's hash of the zip. */
  readonly h1: string;
  /** go.sum's hash of `.mod`. */
  readonly goModH1: string;
  /** Path on disk, until `dispose`. */
  readonly zipFile: string;
  readonly zipBytes: number;
  /** The hexadecimal SHA-256 of the zip file, where it is known. */
  readonly zipSha256: string | undefined;
  readonly mod: Uint8Array;
  readonly info: Uint8Array;
  readonly #dispose: () => Promise<void>;

  constructor(key: typeof seal, facts: VerifyOptions & HashedZip & { goModH1: string }) {
    if (key !== seal) throw new ModwharfError("INTERNAL", "only artifact/verify.ts makes a VerifiedModule");
    this.module = { path: facts.module.path, version: facts.module.version };
    this.h1 = facts.h1;
    this.goModH1 = facts.goModH1;
    this.zipFile = facts.zipFile;
    this.zipBytes = facts.zipBytes;
    this.zipSha256 = facts.zipSha256;
    this.mod = facts.mod;
    this.info = facts.info;
    this.#dispose = facts.dispose ?? (() => removeFile(facts.zipFile));
  }

  /** Deletes the zip on disk, or whatever folder was made for it. */
  dispose(): Promise<void> {
    return this.#dispose();
  }

  /** True for what `verifyModule` returned, whatever a caller's types claim. */
  static is(value: unknown): value is VerifiedModule {
    return typeof value === "object" && value !== null && #verified in value;
  }
}

/**
 * Verifies files that came from elsewhere: the zip is read whole and checked against every zip rule, both hashes
 * are computed and compared with `expected`, and path, version, `.mod` and `.info` with each other.
 *
 * Throws HASH_MISMATCH, ZIP_INVALID, MODULE_PATH, MODULE_VERSION, MODULE_PATH_DIFFERS, MODFILE_SYNTAX,
 * REMOTE_BAD_ANSWER, FILE_UNREADABLE.
 */
export async function verifyModule(options: VerifyOptions): Promise<VerifiedModule> {
  const { module, zipFile, expected } = options;
  const goModH1 = checkTexts(options);
  const subject = formatModuleVersion(module);
  compare(`${subject}/go.mod`, expected?.goModH1, goModH1);
  const hashed = await (options.hash ?? checkAndHashZip)(module, zipFile);
  compare(subject, expected?.h1, hashed.h1);
  return new VerifiedModule(seal, { ...options, ...hashed, goModH1 });
}

/** Reads a module zip whole: every zip rule is checked, and its h1 computed. Throws ZIP_INVALID, FILE_UNREADABLE. */
async function checkAndHashZip(module: ModuleVersion, zipFile: string): Promise<HashedZip> {
  const zip = openZip(zipFile);
  try {
    const problem = errorOf(checkOpenZip(module, zip), formatModuleVersion(module));
    if (problem !== undefined) throw problem;
    return { h1: await hashOpenZip(zip), zipBytes: zip.sizeBytes };
  } finally {
    zip.close();
  }
}

/**
 * Seals a module that `buildModule` has just written: its h1 was computed from the very bytes that went into the
 * zip, so the zip is not read again; everything else is checked as ever. For artifact/build.ts only.
 */
export async function sealBuilt(
  options: VerifyOptions,
  built: { readonly h1: string; readonly zipBytes: number },
): Promise<VerifiedModule> {
  const goModH1 = checkTexts(options);
  const { size } = await stat(options.zipFile);
  if (size !== built.zipBytes) {
    throw new ModwharfError("HASH_MISMATCH", "the zip on disk is not the one that was written", {
      subject: options.zipFile,
      expected: `${built.zipBytes} bytes`,
      actual: `${size}`,
      fix: "let nothing else write to the temporary folder, then run again",
    });
  }
  return new VerifiedModule(seal, { ...options, h1: built.h1, goModH1, zipBytes: size });
}

/** Removes a file, or leaves it absent: `rm` asks twice what it is before it does so. */
async function removeFile(file: string): Promise<void> {
  await unlink(file).catch((error: unknown) => {
    if (errnoOf(error) !== "ENOENT") throw error;
  });
}

/** Checks path, version, `.mod` and `.info` against each other; returns the hash of `.mod`. */
function checkTexts({ module, mod, info, declaredPath = "same" }: VerifyOptions): string {
  checkZipVersion(module);
  const subject = formatModuleVersion(module);
  const version = versionOfInfo(info, subject);
  if (version !== module.version) {
    throw new ModwharfError("REMOTE_BAD_ANSWER", "the .info file is of another version", {
      subject,
      expected: module.version,
      actual: version,
    });
  }
  const declared = parseGoModLax("go.mod", mod).module?.path;
  if (declaredPath === "same" && declared !== module.path) {
    throw new ModwharfError("MODULE_PATH_DIFFERS", "go.mod declares another module path", {
      subject,
      expected: `module ${module.path}`,
      actual: declared === undefined ? "no module line" : `module ${declared}`,
      fix: "ask for the module under the path that its go.mod declares",
    });
  }
  return hashGoMod(mod);
}

function compare(subject: string, expected: string | undefined, actual: string): void {
  if (expected === undefined || expected === actual) return;
  throw new ModwharfError("HASH_MISMATCH", "the content does not have the expected hash", {
    subject,
    expected,
    actual,
    fix: "do not trust this copy; find out which of the two sources was changed",
  });
}
