import { createHash } from "node:crypto";
import { Hash1, sha256Hex } from "../../src/dirhash/h1.ts";
import { FileHashes } from "../../src/dirhash/hash-list.ts";
import { parseGoModLax } from "../../src/modfile/go-mod.ts";
import { sortVersions } from "../../src/module/version.ts";
import type { DependencyFacts } from "../../src/policy/facts.ts";
import { type Judgement, judge } from "../../src/policy/judge.ts";
import { loadPolicy } from "../../src/policy/load-policy.ts";
import type { Advisory } from "../../src/policy/osv.ts";
import { emptyPolicy } from "../../src/policy/policy.ts";
import { allRules } from "../../src/policy/registry.ts";
import { readSnapshot } from "../../src/policy/snapshot.ts";
import type { SourceTree } from "../../src/policy/tree.ts";

/** Files by path; a value that starts with `-> ` is a symlink. */
export type Files = Readonly<Record<string, string>>;

export function memoryTree(files: Files, label = "memory"): SourceTree {
  return {
    label,
    files: new Map(
      Object.entries(files).map(([path, text]) => [
        path,
        {
          mode: text.startsWith("-> ") ? "symlink" : "regular",
          sizeBytes: Buffer.byteLength(text),
          id: createHash("sha1").update(text).digest("hex"),
        },
      ]),
    ),
    read: async (paths) => paths.map((path) => Buffer.from(files[path]!)),
  };
}

/** Modules of a proxy: go.mod texts by path and version; a licence text may be given for the whole module. */
export type FakeProxy = Readonly<
  Record<
    string,
    {
      versions: Readonly<Record<string, string>>;
      licence?: string;
      public?: boolean;
      deprecated?: string;
      /** Of every version alike. */
      files?: Files;
    }
  >
>;

export function fakeFacts(proxy: FakeProxy): DependencyFacts {
  const goMod = (path: string, version: string) => {
    const text = proxy[path]?.versions[version];
    if (text === undefined) return undefined;
    const notice = proxy[path]?.deprecated;
    const head = `${notice === undefined ? "" : `// Deprecated: ${notice}\n`}module ${path}\n`;
    return parseGoModLax(`${path}@${version}/go.mod`, `${head}${text}`);
  };
  return {
    versions: async (path) => proxy[path] && sortVersions(Object.keys(proxy[path].versions)),
    goMod: async ({ path, version }) => goMod(path, version),
    latest: async (path) => {
      const version = sortVersions(Object.keys(proxy[path]?.versions ?? {})).at(-1);
      return version === undefined ? undefined : { version, goMod: goMod(path, version)! };
    },
    licences: async ({ path }) => {
      const module = proxy[path];
      if (module === undefined) return undefined;
      return module.licence === undefined ? [] : [{ name: "LICENSE", text: module.licence }];
    },
    files: async ({ path, version }) => {
      const files = proxy[path]?.files;
      if (files === undefined) return undefined;
      const prefix = `${path}@${version}/`;
      const hashes = new FileHashes(digestOf(files, prefix).list(), prefix);
      return { hashes, read: async (name) => Buffer.from(files[name]!) };
    },
    isPublic: async (path) => proxy[path]?.public === true,
  };
}

/** What the h1 of a module with these files is made of. */
export function digestOf(files: Files, prefix: string): Hash1 {
  const digest = new Hash1();
  for (const [name, text] of Object.entries(files)) digest.add(prefix + name, sha256Hex(Buffer.from(text)));
  return digest;
}

/** One situation that rules are held against. */
export interface Case {
  base?: Files;
  head: Files;
  /** A policy file's text. */
  policy?: string;
  proxy?: FakeProxy;
  advisories?: Readonly<Record<string, readonly Partial<Advisory>[]>>;
  /** Tagged versions by module path. */
  published?: Readonly<Record<string, readonly string[]>>;
  proposed?: { version: string; tag?: string; module?: string };
  today?: string;
}

export function judgeCase(scene: Case): Promise<Judgement> {
  const { base = {}, head, ...rest } = scene;
  return judgeTrees({ base: memoryTree(base, "base"), head: memoryTree(head, "head") }, rest);
}

/** The same of trees that a test makes itself. */
export async function judgeTrees(
  trees: { base: SourceTree; head: SourceTree },
  scene: Omit<Case, "base" | "head"> = {},
): Promise<Judgement> {
  const policy =
    scene.policy === undefined
      ? emptyPolicy()
      : await loadPolicy(
          { file: "modwharf.yaml", text: scene.policy },
          { rules: allRules, read: () => Promise.reject(new Error("no file")) },
        );
  const head = await readSnapshot(trees.head);
  const advisories =
    scene.advisories &&
    new Map(Object.entries(scene.advisories).map(([path, list]) => [path, list.map(advisoryOf)]));
  return judge({
    base: await readSnapshot(trees.base),
    head,
    rules: allRules,
    policy,
    facts: scene.proxy && fakeFacts(scene.proxy),
    advisories,
    published: new Map(Object.entries(scene.published ?? {})),
    tagsKnown: true,
    today: scene.today ?? "2026-06-01",
    proposed: scene.proposed && {
      version: scene.proposed.version,
      tag: scene.proposed.tag,
      modulePath: scene.proposed.module ?? head.modules[0]?.path ?? "",
    },
  });
}

function advisoryOf(given: Partial<Advisory>): Advisory {
  return {
    id: "GO-2026-0001",
    aliases: ["CVE-2026-1"],
    summary: "memory grows without bound",
    url: "https://pkg.go.dev/vuln/GO-2026-0001",
    reviewed: true,
    withdrawn: false,
    ranges: [],
    ...given,
  };
}

/** A go.mod with the usual head. */
export function goMod(rest = "", path = "example.com/m", go = "1.22"): string {
  return `module ${path}\n\ngo ${go}\n${rest === "" ? "" : `\n${rest}\n`}`;
}
