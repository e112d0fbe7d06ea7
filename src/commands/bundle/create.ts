import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { ModwharfError } from "../../base/errors.ts";
import { checkOutputFile } from "../../base/output-file.ts";
import type { ModuleSet } from "../../manifest/module-set.ts";
import type { BundleIndex } from "../../mirror/bundle/bundle-index.ts";
import { type CreatedBundle, createBundle } from "../../mirror/bundle/create.ts";
import { readIndex } from "../../mirror/bundle/read-index.ts";
import { ModulePatterns } from "../../mirror/rules.ts";
import type { Report } from "../../report/report.ts";
import { localFinding, refusalFinding } from "../modules/refusals.ts";
import { type ModuleServices, openModuleServices, vouchOptions } from "../modules/services.ts";
import { readTidySet } from "../modules/tidy-set.ts";
import { bytesText, countText } from "../quantities.ts";
import { goproxyOf, withGoEnvFile } from "../warm/go-env.ts";
import { indexFacts } from "./facts.ts";
import type { BundleContext } from "./inputs.ts";

/** Makes a bundle of the manifests' modules. */
export async function runCreate(given: BundleContext): Promise<Report> {
  const context = await withGoEnvFile(given);
  const { inputs, cwd, platform, signal } = context;
  const goproxy = await goproxyOf(context, inputs.goproxy);
  const services = openModuleServices(context, { ...inputs, goproxy });
  const vouch = vouchOptions(context, services, inputs["allow-unverified"]);
  const file = resolve(cwd, inputs.output);
  await checkOutputFile(file);
  const after = await Promise.all(
    inputs.after.map((name) => readEarlier(name, resolve(cwd, name), services.database)),
  );
  const set = await readTidySet(context, services, { ...inputs, manifests: inputs.files });
  const created = await createBundle({
    set,
    client: services.client,
    database: services.database,
    rules: { allow: new ModulePatterns(inputs.allow), deny: new ModulePatterns(inputs.deny) },
    vouch,
    gonoproxy: services.go.gonoproxy,
    file,
    after,
    concurrency: inputs.concurrency,
    signal,
    progress: (done, all) => platform.log.progress(`bundling ${done} of ${all}`),
  });
  return await createReport(set, created, { name: inputs.output, file });
}

/** The index of an earlier bundle. Throws USAGE where the new one will have no proofs that could continue its own. */
async function readEarlier(
  name: string,
  file: string,
  database: ModuleServices["database"],
): Promise<BundleIndex> {
  const index = await readIndex(file);
  if (index.database === undefined || index.database.name === database?.name) return index;
  throw new ModwharfError("USAGE", "the proofs of the earlier bundle cannot be continued", {
    subject: `--after ${name}`,
    expected: `the checksum database ${index.database.name}`,
    actual: database === undefined ? "none: it is off" : database.name,
    fix: "set GOSUMDB or --sumdb to that database, or leave --after out",
  });
}

async function createReport(
  set: ModuleSet,
  { index, leftOut }: CreatedBundle,
  { name, file }: { name: string; file: string },
): Promise<Report> {
  const refused = leftOut.filter((one) => one.refused !== undefined);
  const left = leftOut.filter((one) => one.refused === undefined).map(({ needed }) => needed.module);
  const sizeBytes = index === undefined ? 0 : (await stat(file)).size;
  const counts = index && indexFacts(index);
  return {
    command: "bundle",
    summary:
      counts === undefined
        ? `no bundle was written: ${countText(refused.length, "module")} refused`
        : `bundled ${countText(counts.modules, "module")} and ${countText(counts.goMods, "lone go.mod", "lone go.mods")} into ${name} (${bytesText(sizeBytes)}, ${index?.digest})`,
    findings: [
      ...refused.map(({ needed, refused: reason }) => refusalFinding(needed.module, needed.from, reason!)),
      ...set.localReplaces.map(localFinding),
    ],
    tables:
      left.length === 0
        ? []
        : [
            {
              title: "Left out (GONOPROXY)",
              columns: ["module", "version"],
              rows: left.map(({ path, version }) => [path, version]),
            },
          ],
    data: {
      operation: "create",
      ...(counts && { file: name, bytes: sizeBytes, ...counts }),
      refused: refused.map(({ needed, refused: reason }) => ({
        module: needed.module.path,
        version: needed.module.version,
        reason,
      })),
      private: left.map(({ path, version }) => ({ module: path, version })),
    },
  };
}
