import { isIntegrityError, ModwharfError, messageOf } from "../base/errors.ts";
import { formatModuleVersion, type ModuleVersion } from "../module/module-version.ts";

/** A module that could not be copied, and why. */
export interface Failure {
  readonly module: ModuleVersion;
  readonly error: unknown;
}

/** As many as a person reads. */
const NAMED = 20;

/**
 * One error for all: an integrity error if there is one, with the other failures named; what went well stays, and
 * running again takes up the rest.
 */
export function errorOfFailures(failures: readonly Failure[]): unknown {
  const worst = failures.find(({ error }) => isIntegrityError(error)) ?? failures[0]!;
  if (!(worst.error instanceof ModwharfError)) return worst.error;
  const { code, what, subject, expected, actual, fix } = worst.error;
  const others = failures.filter((one) => one !== worst);
  const named = others.slice(0, NAMED).map(({ module, error }) => {
    const told = messageOf(error);
    // What mends the first one is said once.
    const isSame = error instanceof ModwharfError && error.fix === fix && fix !== undefined;
    return `${formatModuleVersion(module)}: ${isSame ? told.replace(/[.!?]? Fix: .*$/s, "") : told}`;
  });
  if (others.length > named.length) named.push(`and ${others.length - named.length} more`);
  const more = others.length === 0 ? [] : [`${others.length} more failed`];
  return new ModwharfError(code, what, {
    subject: subject ?? formatModuleVersion(worst.module),
    expected,
    actual:
      [[actual, ...more].filter((text) => text !== undefined).join("; "), ...named].join("\n") || undefined,
    fix: fix ?? "mend the cause and run again; what is copied already stays",
    cause: worst.error,
  });
}
