import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type VerifiedModule, verifyModule } from "../../src/artifact/verify.ts";
import { escapePath, escapeVersion } from "../../src/module/escape.ts";
import type { ModuleVersion } from "../../src/module/module-version.ts";
import { createZip } from "../../src/zip/create.ts";

/** A module version made up for a test, with what a proxy would serve and what go.sum would say. */
export interface FakeModule {
  readonly module: ModuleVersion;
  readonly h1: string;
  readonly goModH1: string;
  readonly verified: VerifiedModule;
  /** By the path below a proxy. */
  readonly served: Readonly<Record<string, Buffer>>;
}

/** Makes a module of `files` (a go.mod is added) whose zip stands in `dir`. */
export async function fakeModule(
  dir: string,
  module: ModuleVersion,
  files: Readonly<Record<string, string>> = {},
): Promise<FakeModule> {
  const mod = Buffer.from(files["go.mod"] ?? `module ${module.path}\n\ngo 1.21\n`);
  const info = Buffer.from(JSON.stringify({ Version: module.version, Time: "2024-05-06T07:08:09Z" }));
  const zipFile = join(dir, `${encodeURIComponent(`${module.path}@${module.version}`)}.zip`);
  const all = { "go.mod": mod.toString(), "doc.go": "package fake\n", ...files };
  const chunks: Uint8Array[] = [];
  const inputs = Object.entries(all).map(([path, text]) => ({ path, content: Buffer.from(text) }));
  await createZip(module, inputs, { write: (bytes) => void chunks.push(Buffer.from(bytes)) });
  await writeFile(zipFile, Buffer.concat(chunks));
  const verified = await verifyModule({ module, zipFile, mod, info, declaredPath: "any" });
  const base = `${escapePath(module.path)}/@v/${escapeVersion(module.version)}`;
  const served = { [`${base}.info`]: info, [`${base}.mod`]: mod, [`${base}.zip`]: await readFile(zipFile) };
  return { module, h1: verified.h1, goModH1: verified.goModH1, verified, served };
}
