import { ModwharfError } from "../base/errors.ts";
import { hashGoMod } from "../dirhash/h1.ts";
import { parseGoModLax } from "../modfile/go-mod.ts";
import { formatModuleVersion, type ModuleVersion } from "../module/module-version.ts";
import { checkZipVersion } from "../zip/check.ts";

/** Known to this module alone, so that nobody else can make a VerifiedGoMod. */
const seal = Symbol("verified");

/**
 * The go.mod of a version that takes part in the module graph only, checked against its hash: what stores, caches and
 * bundles accept of a version whose zip nobody needs.
 */
export class VerifiedGoMod {
  readonly #verified = true;
  readonly module: ModuleVersion;
  readonly goModH1: string;
  readonly mod: Uint8Array;

  constructor(key: typeof seal, facts: { module: ModuleVersion; goModH1: string; mod: Uint8Array }) {
    if (key !== seal) throw new ModwharfError("INTERNAL", "only verifyGoMod makes a VerifiedGoMod");
    this.module = { path: facts.module.path, version: facts.module.version };
    this.goModH1 = facts.goModH1;
    this.mod = facts.mod;
  }

  /** True for what `verifyGoMod` returned, whatever a caller's types claim. */
  static is(value: unknown): value is VerifiedGoMod {
    return typeof value === "object" && value !== null && #verified in value;
  }
}

/**
 * Checks a go.mod against the hash that go.sum or a checksum database has; without one it is hashed only.
 * Throws HASH_MISMATCH, MODFILE_SYNTAX, MODULE_PATH, MODULE_VERSION.
 */
export function verifyGoMod(
  module: ModuleVersion,
  mod: Uint8Array,
  expected: string | undefined,
): VerifiedGoMod {
  checkZipVersion(module);
  const goModH1 = checkGoModHash(module, mod, expected);
  parseGoModLax("go.mod", mod);
  return new VerifiedGoMod(seal, { module, goModH1, mod });
}

/** The hash of a go.mod, before anything in it is looked at. Throws HASH_MISMATCH unless it is the expected one. */
export function checkGoModHash(module: ModuleVersion, mod: Uint8Array, expected: string | undefined): string {
  const goModH1 = hashGoMod(mod);
  if (expected === undefined || expected === goModH1) return goModH1;
  throw new ModwharfError("HASH_MISMATCH", "the content does not have the expected hash", {
    subject: `${formatModuleVersion(module)}/go.mod`,
    expected,
    actual: goModH1,
    fix: "do not trust this copy; find out which of the two sources was changed",
  });
}
