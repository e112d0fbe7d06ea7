import { createHash } from "node:crypto";
import { formatModuleVersion, type ModuleVersion } from "../../module/module-version.ts";
import type { LocalReplace, MainModule, ModuleSet } from "../module-set.ts";

/** A module that goes into a build. */
export interface BillItem {
  readonly module: ModuleVersion;
  /** `pkg:golang/…`. */
  readonly purl: string;
  /** The h1 of go.sum in hexadecimal: a SHA-256 over the list of the files' SHA-256, not over the zip's bytes. */
  readonly sha256: string | undefined;
  readonly isDirect: boolean;
  /** What it stands in for, `path@version`. */
  readonly replaces: string | undefined;
}

/** What a main module may depend on. */
export type Dependency =
  | { readonly kind: "main"; readonly main: MainModule }
  | { readonly kind: "module"; readonly item: BillItem }
  | { readonly kind: "local"; readonly local: LocalReplace };

/** A bill of materials before any format. */
export interface Bill {
  readonly main: readonly MainModule[];
  readonly items: readonly BillItem[];
  /** Modules whose code is a directory of this machine. */
  readonly local: readonly LocalReplace[];
  /** From SOURCE_DATE_EPOCH; undefined leaves times out, so that the same modules give the same bytes. */
  readonly time: Date | undefined;
  /** The program that makes it. */
  readonly tool: { readonly name: string; readonly version: string };
}

/** What of a set of modules goes into a build: those whose zip it needs. */
export function billOf(set: ModuleSet, about: Pick<Bill, "time" | "tool">): Bill {
  const items = set.modules
    .filter(({ needs }) => needs === "zip")
    .map(({ module, h1, isDirect, replaces }) => ({
      module,
      purl: purlOf(module),
      sha256: h1 && Buffer.from(h1.slice("h1:".length), "base64").toString("hex"),
      isDirect,
      replaces: replaces && formatModuleVersion(replaces),
    }));
  return { main: set.main, items, local: set.localReplaces, ...about };
}

/** What tells a main module from the others: its path or, where several declare the same one, its file as well. */
export function mainName({ main }: Bill, { path, file }: MainModule): string {
  return main.filter((one) => one.path === path).length === 1 ? path : `${path} (${file})`;
}

/** Those of a main module's own requirements that the bill has, each as what stands for it in the build. */
export function dependenciesOf(bill: Bill, main: MainModule, which: "direct" | "all"): Dependency[] {
  return main.requires
    .filter(({ isDirect }) => isDirect || which === "all")
    .map(({ module }) => dependencyOf(bill, main, module))
    .filter((dependency) => dependency !== undefined);
}

function dependencyOf({ main, items, local }: Bill, { file }: MainModule, module: ModuleVersion) {
  const { path, version } = module;
  const other = main.find((one) => one.path === path);
  if (other !== undefined) return { kind: "main", main: other } as const;
  const replaces = local.filter(
    ({ module: old }) => old.path === path && (old.version === "" || old.version === version),
  );
  // The modules of a workspace may replace the same one by different directories.
  const replace = replaces.find(({ from }) => from.startsWith(`${file}:`)) ?? replaces[0];
  if (replace !== undefined) return { kind: "local", local: replace } as const;
  const name = formatModuleVersion(module);
  const item =
    items.find(({ replaces }) => replaces === name) ??
    items.find((one) => formatModuleVersion(one.module) === name);
  return item && ({ kind: "module", item } as const);
}

/**
 * The package URL of a module version. The specification wants Go's paths in lower case, so two modules may share one;
 * the name beside it keeps the case. A version is left out when it is "".
 */
export function purlOf({ path, version }: ModuleVersion): string {
  const encoded = path.toLowerCase().split("/").map(encode).join("/");
  return `pkg:golang/${encoded}${version === "" ? "" : `@${encode(version)}`}`;
}

/** Percent-encoding as the specification of package URLs has it: a colon stays, a plus does not. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll("%3A", ":");
}

/** A UUID that depends on the bill's content alone. */
export function uuidOf(bill: Bill): string {
  const { main, items, local } = bill;
  const lines = [
    ...main.map((one) => `main ${mainName(bill, one)}`),
    ...items.map(({ module, sha256 }) => `module ${formatModuleVersion(module)} ${sha256 ?? ""}`),
    ...local.map(({ module, directory }) => `local ${formatModuleVersion(module)} ${directory}`),
  ];
  const hex = createHash("sha256").update(lines.join("\n")).digest("hex");
  // Version 8 of RFC 9562: the rest is for the application to choose.
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return parts.join("-");
}
