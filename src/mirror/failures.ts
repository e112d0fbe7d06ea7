import { isIntegrityError, ModwharfError, messageOf } from "../base/errors.ts";
import { formatModuleVersion, type ModuleVersion } from "../module/module-version.ts";

/** A module that could not be copied, and why. */
export interface Failure {
  readonly module: ModuleVersion;
  readonly error: unknown;
}

/**
 * One error for all: an integrity error if there is one, with the other failures named; what went well stays, and
 * running again takes up the rest.
 */
export function errorOfFailures(failures: readonly Failure[]): unknown {
  const worst = failures.find(({ error }) => isIntegrityError(error)) ?? failures[0]!;
  if (!(worst.error instanceof ModwharfError)) return worst.error;
  const { code, what, subject, expected, actual, fix } = worst.error;
  const others = failures.filter((one) => one !== worst);
  const named = others
    .slice(0, 20)
    .map(({ module, error }) => `${formatModuleVersion(module)}: ${messageOf(error)}`);
  if (others.length > named.length) named.push(`and ${others.length - named.length} more`);
  return new ModwharfError(code, what, {
    subject: subject ?? formatModuleVersion(worst.module),
    expected,
    actual: [actual, ...named].filter((text) => text !== undefined).join("\n") || undefined,
    fix: fix ?? "mend the cause and run again; what is copied already stays",
    cause: worst.error,
  });
}
