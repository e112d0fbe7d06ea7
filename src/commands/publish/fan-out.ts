import type { VerifiedModule } from "../../artifact/verify.ts";
import { isIntegrityError, ModwharfError, messageOf } from "../../base/errors.ts";
import { formatModuleVersion } from "../../module/module-version.ts";
import type { Store } from "../../store/store.ts";

export type StoreStatus = "published" | "unchanged" | "would publish";

export interface StoreOutcome {
  url: string;
  status: StoreStatus;
}

/**
 * Publishes one module into every store at once. Each store is finished or failed on its own: when some fail, the
 * error names those that succeeded, and running again completes the rest. Of several failures an integrity error wins.
 */
export async function publishToAll(
  module: VerifiedModule,
  stores: readonly Store[],
  dryRun: boolean,
): Promise<StoreOutcome[]> {
  const settled = await Promise.allSettled(
    stores.map((store) => (dryRun ? preview(store, module) : store.publish(module))),
  );
  const done: StoreOutcome[] = [];
  const failed: { url: string; error: unknown }[] = [];
  settled.forEach((result, i) => {
    const url = stores[i]!.url;
    if (result.status === "fulfilled") done.push({ url, status: result.value });
    else failed.push({ url, error: result.reason });
  });
  if (failed.length === 0) return done;
  throw failure(module, done, failed);
}

async function preview(store: Store, module: VerifiedModule): Promise<StoreStatus> {
  return (await store.check(module)) === "published" ? "unchanged" : "would publish";
}

function failure(
  module: VerifiedModule,
  done: readonly StoreOutcome[],
  failed: readonly { url: string; error: unknown }[],
): unknown {
  const worst = (failed.find(({ error }) => isIntegrityError(error)) ?? failed[0]!).error;
  if (!(worst instanceof ModwharfError) || (failed.length === 1 && done.length === 0)) return worst;
  const others = failed
    .filter(({ error }) => error !== worst)
    .map(({ url, error }) => `${url} failed too: ${messageOf(error)}`);
  const finished = done.map(({ url, status }) => `${url}: ${status}`);
  return new ModwharfError(worst.code, worst.what, {
    subject: worst.subject ?? formatModuleVersion(module.module),
    expected: worst.expected,
    actual: [worst.actual, ...others, ...finished].filter((text) => text !== undefined).join("\n"),
    fix: worst.fix ?? "mend the cause and run again; what is published already stays as it is",
    cause: worst,
  });
}
