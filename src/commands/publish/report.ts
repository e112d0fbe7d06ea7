import type { BuiltModule } from "../../artifact/build.ts";
import type { ModwharfError } from "../../base/errors.ts";
import type { Finding, Report } from "../../report/report.ts";
import type { TaggedModule } from "../../source/tags.ts";
import { bytesText, countText } from "../quantities.ts";
import type { StoreOutcome } from "./fan-out.ts";
import { warningFindings } from "./warnings.ts";

/** One module of the report's data; the field names are part of the command-line contract. */
export interface PublishedModule {
  module: string;
  version: string;
  /** Absent for a revision that no tag names. */
  tag?: string;
  commit: string;
  h1: string;
  goModH1: string;
  files: number;
  bytes: number;
  zipBytes: number;
  stores: StoreOutcome[];
  /** The two lines that a consumer's go.sum will have. */
  goSum: string[];
  /** What consumers put in GOPROXY for the first store that can be read directly. */
  goproxy?: string;
}

export interface PublishResult {
  tagged: TaggedModule;
  built: BuiltModule;
  stores: StoreOutcome[];
  goproxy: string | undefined;
}

export function publishedModule({ tagged, built, stores, goproxy }: PublishResult): PublishedModule {
  const { module, h1, goModH1, zipBytes } = built.verified;
  const { path, version } = module;
  return {
    module: path,
    version,
    ...(tagged.tag && { tag: tagged.tag }),
    commit: tagged.commit.id,
    h1,
    goModH1,
    files: built.files,
    bytes: built.bytes,
    zipBytes,
    stores,
    goSum: [`${path} ${version} ${h1}`, `${path} ${version}/go.mod ${goModH1}`],
    ...(goproxy && { goproxy }),
  };
}

/** The report of a run in which every module went through. */
export function publishReport(
  results: readonly PublishResult[],
  cycles: readonly (readonly string[])[],
): Report {
  const modules = results.map(publishedModule);
  return {
    command: "publish",
    summary: verdict(modules),
    findings: [...results.flatMap(({ built }) => warningFindings(built)), ...cycles.map(cycleFinding)],
    tables: [
      {
        title: "Published",
        columns: ["module", "version", "store", "status"],
        rows: modules.flatMap((one) =>
          one.stores.map(({ url, status }) => [one.module, one.version, url, status]),
        ),
      },
      {
        title: "go.sum",
        columns: ["module", "version", "hash"],
        rows: modules.flatMap((one) => one.goSum.map((line) => line.split(" "))),
      },
    ],
    data: { modules },
    metrics: modules.map((one) => ({
      name: "published_zip",
      help: "Size of the published module zip",
      type: "gauge" as const,
      unit: "bytes" as const,
      value: one.zipBytes,
      labels: { module: one.module, version: one.version },
    })),
  };
}

/** The report when tags of the commit are refused: nothing was written anywhere. */
export function refusedReport(refused: readonly { tag: string; error: ModwharfError }[]): Report {
  return {
    command: "publish",
    summary: `nothing was published: ${countText(refused.length, "tag")} refused`,
    findings: refused.map(({ tag, error }) => refusal(tag, error)),
    tables: [],
    data: { modules: [], refused: refused.map(({ tag, error }) => ({ tag, error: error.toJSON() })) },
  };
}

function refusal(tag: string, { code, message, at }: ModwharfError): Finding {
  return {
    rule: code.toLowerCase().replaceAll("_", "-"),
    level: "error",
    blocking: true,
    message: `tag ${tag}: ${message}`,
    subject: tag,
    ...(at && { file: at.file }),
    ...(at?.line && { line: at.line }),
    ...(at?.column && { column: at.column }),
  };
}

function cycleFinding(paths: readonly string[]): Finding {
  const circle = [...paths, paths[0]].join(" → ");
  return {
    rule: "dependency-cycle",
    level: "warning",
    blocking: false,
    message: `these modules require one another, so no publishing order suits all: ${circle}`,
    subject: paths.join(" "),
  };
}

function verdict(modules: readonly PublishedModule[]): string {
  const statuses = modules.flatMap((one) => one.stores.map(({ status }) => status));
  const said = statuses.includes("would publish")
    ? "would publish"
    : statuses.includes("published")
      ? "published"
      : "unchanged";
  const [first] = modules;
  if (modules.length !== 1 || first === undefined) return `${said}: ${countText(modules.length, "module")}`;
  return `${said}: ${first.module}@${first.version} (${countText(first.files, "file")}, ${bytesText(first.zipBytes)})`;
}
