import type { Rule } from "./rule.ts";
import { dependencyConfusion } from "./rules/dependency-confusion.ts";
import { dependencyDenied } from "./rules/dependency-denied.ts";
import { dependencyDuplicateMajor } from "./rules/dependency-duplicate-major.ts";
import { dependencyEndOfLife } from "./rules/dependency-end-of-life.ts";
import { dependencyNotAllowed } from "./rules/dependency-not-allowed.ts";
import { duplicateModuleRoot } from "./rules/duplicate-module-root.ts";
import { excludeDirective } from "./rules/exclude-directive.ts";
import { exportedChanged } from "./rules/exported-changed.ts";
import { exportedRemoved } from "./rules/exported-removed.ts";
import { exportedValueChanged } from "./rules/exported-value-changed.ts";
import { goDirectiveAbovePolicy } from "./rules/go-directive-above-policy.ts";
import { goDirectiveBelowPolicy } from "./rules/go-directive-below-policy.ts";
import { goDirectiveLowered } from "./rules/go-directive-lowered.ts";
import { goDirectiveMissing } from "./rules/go-directive-missing.ts";
import { goModSyntax } from "./rules/go-mod-syntax.ts";
import { goSourceSyntax } from "./rules/go-source-syntax.ts";
import { goSumChanged } from "./rules/go-sum-changed.ts";
import { goSumExtra } from "./rules/go-sum-extra.ts";
import { goSumMissing } from "./rules/go-sum-missing.ts";
import { goSumSyntax } from "./rules/go-sum-syntax.ts";
import { goWorkCommitted } from "./rules/go-work-committed.ts";
import { gopkgInPath } from "./rules/gopkg-in-path.ts";
import { licenceNotAllowed } from "./rules/licence-not-allowed.ts";
import { licenceUnknown } from "./rules/licence-unknown.ts";
import { moduleLifecycle } from "./rules/module-lifecycle.ts";
import { moduleMetadata } from "./rules/module-metadata.ts";
import { moduleMetadataMissing } from "./rules/module-metadata-missing.ts";
import { modulePathChanged } from "./rules/module-path-changed.ts";
import { modulePathDirectory } from "./rules/module-path-directory.ts";
import { modulePathInvalid } from "./rules/module-path-invalid.ts";
import { modulePathMajor } from "./rules/module-path-major.ts";
import { moduleRemoved } from "./rules/module-removed.ts";
import { policyChanged } from "./rules/policy-changed.ts";
import { replaceAnyVersion } from "./rules/replace-any-version.ts";
import { replaceFork } from "./rules/replace-fork.ts";
import { replaceLocal } from "./rules/replace-local.ts";
import { requireBelowSelected } from "./rules/require-below-selected.ts";
import { requireDeprecated } from "./rules/require-deprecated.ts";
import { requireIncompatible } from "./rules/require-incompatible.ts";
import { requireMissing } from "./rules/require-missing.ts";
import { requirePrerelease } from "./rules/require-prerelease.ts";
import { requirePseudoVersion } from "./rules/require-pseudo-version.ts";
import { requireRetracted } from "./rules/require-retracted.ts";
import { retractSelf } from "./rules/retract-self.ts";
import { retractUnpublished } from "./rules/retract-unpublished.ts";
import { retractWithoutRationale } from "./rules/retract-without-rationale.ts";
import { selfRequirement } from "./rules/self-requirement.ts";
import { siblingUnpublished } from "./rules/sibling-unpublished.ts";
import { tagPrefix } from "./rules/tag-prefix.ts";
import { toolchainPolicy } from "./rules/toolchain-policy.ts";
import { undefinedName } from "./rules/undefined-name.ts";
import { vendorAltered } from "./rules/vendor-altered.ts";
import { vendorDrift } from "./rules/vendor-drift.ts";
import { versionBelowPseudo } from "./rules/version-below-pseudo.ts";
import { versionBump } from "./rules/version-bump.ts";
import { versionExists } from "./rules/version-exists.ts";
import { versionGap } from "./rules/version-gap.ts";
import { versionMajorSuffix } from "./rules/version-major-suffix.ts";
import { versionNotCanonical } from "./rules/version-not-canonical.ts";
import { versionNotNewest } from "./rules/version-not-newest.ts";
import { vulnerableDependency } from "./rules/vulnerable-dependency.ts";
import { vulnerableDependencyUnconfirmed } from "./rules/vulnerable-dependency-unconfirmed.ts";
import { vulnerableToolchain } from "./rules/vulnerable-toolchain.ts";
import { waiverUnused } from "./rules/waiver-unused.ts";

/** Every rule, in the order of the ids; a test holds this list and the folder rules/ equal. */
export const allRules: readonly Rule[] = [
  dependencyConfusion,
  dependencyDenied,
  dependencyDuplicateMajor,
  dependencyEndOfLife,
  dependencyNotAllowed,
  duplicateModuleRoot,
  excludeDirective,
  exportedChanged,
  exportedRemoved,
  exportedValueChanged,
  goDirectiveAbovePolicy,
  goDirectiveBelowPolicy,
  goDirectiveLowered,
  goDirectiveMissing,
  goModSyntax,
  goSourceSyntax,
  goSumChanged,
  goSumExtra,
  goSumMissing,
  goSumSyntax,
  goWorkCommitted,
  gopkgInPath,
  licenceNotAllowed,
  licenceUnknown,
  moduleLifecycle,
  moduleMetadata,
  moduleMetadataMissing,
  modulePathChanged,
  modulePathDirectory,
  modulePathInvalid,
  modulePathMajor,
  moduleRemoved,
  policyChanged,
  replaceAnyVersion,
  replaceFork,
  replaceLocal,
  requireBelowSelected,
  requireDeprecated,
  requireIncompatible,
  requireMissing,
  requirePrerelease,
  requirePseudoVersion,
  requireRetracted,
  retractSelf,
  retractUnpublished,
  retractWithoutRationale,
  selfRequirement,
  siblingUnpublished,
  tagPrefix,
  toolchainPolicy,
  undefinedName,
  vendorAltered,
  vendorDrift,
  versionBelowPseudo,
  versionBump,
  versionExists,
  versionGap,
  versionMajorSuffix,
  versionNotCanonical,
  versionNotNewest,
  vulnerableDependency,
  vulnerableDependencyUnconfirmed,
  vulnerableToolchain,
  waiverUnused,
];
