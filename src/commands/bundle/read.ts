import { mkdtemp, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { fixForErrno } from "../../base/errno-advice.ts";
import { ModwharfError } from "../../base/errors.ts";
import { errnoOf, makeDirectory, temporaryDirectory } from "../../base/files.ts";
import { SumIndex } from "../../manifest/sum-index.ts";
import { unconnectedTrees } from "../../mirror/bundle/continuity.ts";
import { databaseDir, extractToDirectory, extractToStore } from "../../mirror/bundle/extract.ts";
import { type Proof, proofsOf } from "../../mirror/bundle/proofs.ts";
import { type BundleContents, readBundle } from "../../mirror/bundle/read.ts";
import { ModulePatterns } from "../../mirror/rules.ts";
import { openHasher } from "../../modcache/hasher.ts";
import { formatModuleVersion } from "../../module/module-version.ts";
import type { Finding, Report } from "../../report/report.ts";
import { parseStoreUrl } from "../../store/store-url.ts";
import { parseGosumdb } from "../../sumdb/gosumdb.ts";
import type { Verifier } from "../../tlog/keys.ts";
import { refusalFinding } from "../modules/refusals.ts";
import { goSettings } from "../modules/services.ts";
import { bytesText, countText } from "../quantities.ts";
import { openStoreUrl } from "../stores.ts";
import { withGoEnvFile } from "../warm/go-env.ts";
import { indexFacts } from "./facts.ts";
import type { BundleContext } from "./inputs.ts";

/** Checks a bundle without a network, writes nothing. */
export async function runVerify(context: BundleContext): Promise<Report> {
  const work = await temporaryDirectory();
  try {
    return report(context, await check(context, { workDir: work.path, keep: false }));
  } finally {
    await work.dispose();
  }
}

/** Checks a bundle whole, then unpacks it. */
export async function runExtract(context: BundleContext): Promise<Report> {
  const { inputs, cwd } = context;
  if (inputs.to === undefined) {
    throw new ModwharfError("USAGE", "nothing says where to extract to", {
      expected: "--to DIR or --to STORE",
      fix: "give --to ./proxy, for example",
    });
  }
  const dir = directoryOf(inputs.to, cwd);
  const store = dir === undefined ? openStoreUrl(inputs.to, context) : undefined;
  if (store !== undefined && inputs.layout !== "goproxy") {
    throw new ModwharfError("USAGE", "a store has its own layout", {
      actual: `--layout ${inputs.layout}`,
      fix: "leave --layout out, or give a directory",
    });
  }
  // Beside the target where there is one on disk: files then change their name instead of being copied.
  const workDir = dir === undefined ? (await temporaryDirectory()).path : await workDirBeside(dir);
  try {
    const checked = await check(context, { workDir, keep: true });
    const checkedReport = report(context, checked);
    if (checkedReport.findings.some(({ blocking }) => blocking)) return checkedReport;
    if (dir !== undefined) {
      await extractToDirectory(checked.contents, dir, {
        layout: inputs.layout,
        database: checked.verifier !== undefined,
      });
      const unconnected = await unconnectedFindings(checked, dir, inputs);
      return {
        ...checkedReport,
        findings: [...checkedReport.findings, ...unconnected],
        summary: `${checkedReport.summary}; extracted to ${inputs.to}`,
      };
    }
    const counts = await extractToStore(checked.contents, store!);
    return {
      ...checkedReport,
      summary: `${checkedReport.summary}; ${counts.published} published in ${store!.url}, ${counts.unchanged} unchanged`,
      data: { ...checkedReport.data, ...counts, store: store!.url },
    };
  } finally {
    await Promise.all([rm(workDir, { recursive: true, force: true }), store?.close()]);
  }
}

/** The absolute directory that `to` names, as a path or as a file: store; undefined for other stores. */
function directoryOf(to: string, cwd: string): string | undefined {
  // A drive's letter is no scheme.
  if (!/^[a-z][a-z0-9+.-]+:/i.test(to)) return resolve(cwd, to);
  const location = parseStoreUrl(to, cwd);
  return location.kind === "file" ? location.root : undefined;
}

/** Says when `go` will refuse what the directory has of several bundles, which would be a riddle there. */
async function unconnectedFindings(
  { verifier, contents }: Checked,
  dir: string,
  { to, layout }: BundleContext["inputs"],
): Promise<Finding[]> {
  if (verifier === undefined || contents.index.database === undefined) return [];
  const trees = await unconnectedTrees(databaseDir(dir, layout, verifier.name), verifier);
  return trees.map((size) => ({
    rule: "bundle-not-continued",
    level: "warning",
    blocking: false,
    message: `${to} lacks what connects the tree of ${size} records that an earlier bundle brought with the newest one of ${verifier.name}: a go that has seen both refuses them`,
    fix: "make the newer bundle again with --after, naming the earlier one, and extract it here",
    subject: `${verifier.name} ${size}`,
  }));
}

interface Checked {
  readonly name: string;
  readonly contents: BundleContents;
  readonly proofs: readonly Proof[];
  /** The key by which the checksum database's files in the bundle, if there are any, are proven. */
  readonly verifier: Verifier | undefined;
}

async function check(given: BundleContext, place: { workDir: string; keep: boolean }): Promise<Checked> {
  const { inputs, cwd, platform, signal } = await withGoEnvFile(given);
  const [name, ...more] = inputs.files;
  if (name === undefined || more.length > 0) {
    throw new ModwharfError("USAGE", `${inputs.operation} takes one bundle`, {
      expected: `modwharf bundle ${inputs.operation} FILE`,
      actual: inputs.files.length === 0 ? "no file" : inputs.files.join(" "),
      fix: "name the one file that bundle create wrote",
    });
  }
  const gosumdb = parseGosumdb(inputs.sumdb ?? goSettings({ platform }).gosumdb);
  const sums = new SumIndex();
  for (const file of inputs["go-sum"]) await sums.read(resolve(cwd, file), file);
  const hasher = openHasher();
  try {
    const contents = await readBundle(resolve(cwd, name), { hasher, signal, ...place });
    const proofs = await proofsOf(contents, {
      verifier: gosumdb?.verifier,
      sums,
      digest: inputs.digest,
      name,
      allowUnverified: new ModulePatterns(inputs["allow-unverified"]),
    });
    return { name, contents, proofs, verifier: gosumdb?.verifier };
  } finally {
    await hasher.close();
  }
}

function report({ inputs }: BundleContext, { name, contents, proofs }: Checked): Report {
  const facts = indexFacts(contents.index);
  const refused = proofs.filter(({ isRefused }) => isRefused);
  const unverified = proofs.filter(({ by, isRefused }) => by.length === 0 && !isRefused);
  const verdict =
    refused.length > 0
      ? `nobody vouches for ${countText(refused.length, "module")}`
      : `${countText(facts.modules, "module")} and ${countText(facts.goMods, "lone go.mod", "lone go.mods")} verified`;
  return {
    command: "bundle",
    summary: `${name}: ${verdict} (${bytesText(contents.sizeBytes)}, ${facts.digest})`,
    findings: refused.map(({ module }) => refusalFinding(module, name, unprovenText(module))),
    tables: [
      {
        title: "Vouched for by",
        columns: ["who", "versions"],
        rows: countBy(proofs.map(({ by }) => by.join(", ") || "nobody")),
      },
    ],
    data: {
      operation: inputs.operation,
      file: name,
      bytes: contents.sizeBytes,
      ...facts,
      unverified: unverified.length,
      refused: refused.map(({ module }) => ({ module: module.path, version: module.version })),
    },
  };
}

function unprovenText(module: { path: string; version: string }): string {
  return `nothing proves ${formatModuleVersion(module)}: give --digest, a go.sum that has it (--go-sum), or name it in --allow-unverified`;
}

function countBy(texts: readonly string[]): string[][] {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].map(([text, count]) => [text, String(count)]);
}

async function workDirBeside(dir: string): Promise<string> {
  try {
    await makeDirectory(dirname(dir));
    return await mkdtemp(join(dirname(dir), `.${basename(dir)}-`));
  } catch (error) {
    throw new ModwharfError("FILE_UNWRITABLE", "cannot extract here", {
      subject: dir,
      actual: errnoOf(error),
      fix: fixForErrno(errnoOf(error)),
      cause: error,
    });
  }
}
