import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "../../src/base/files.ts";
import { lookupKey } from "../../src/mirror/database.ts";
import type { ModuleVersion } from "../../src/module/module-version.ts";
import { FakeGoproxy } from "./fake-goproxy.ts";
import { type FakeModule, fakeModule } from "./fake-module.ts";
import { FakeSumdb } from "./fake-sumdb.ts";

/** A module proxy with a checksum database behind it, and a project that uses both. */
export interface ModuleWorld {
  readonly dir: string;
  readonly proxy: FakeGoproxy;
  readonly database: FakeSumdb;
  /** The settings of a user of this world, who has nothing in any cache. */
  readonly env: Record<string, string>;
  /** Publishes a module; `log: false` keeps it from the database. */
  add(path: string, version: string, options?: AddOptions): Promise<FakeModule>;
  /** Makes the proxy serve the database as it is now. */
  serveDatabase(): void;
  write(files: Record<string, string>): Promise<void>;
  dispose(): Promise<void>;
}

export interface AddOptions {
  readonly files?: Record<string, string>;
  readonly log?: boolean;
}

/** The two go.sum lines of a module. */
export function sumLines({ module, h1, goModH1 }: FakeModule): string {
  return `${module.path} ${module.version} ${h1}\n${modLine({ module, goModH1 })}`;
}

export function modLine({ module, goModH1 }: { module: ModuleVersion; goModH1: string }): string {
  return `${module.path} ${module.version}/go.mod ${goModH1}\n`;
}

export async function moduleWorld(): Promise<ModuleWorld> {
  const scratch = await temporaryDirectory();
  const proxy = await FakeGoproxy.start();
  const database = new FakeSumdb(8);
  await mkdir(join(scratch.path, "zips"));
  const base = `sumdb/${database.verifier.name}`;
  const serveDatabase = () => {
    proxy.files[`${base}/supported`] = "";
    for (const [path, data] of database.remote) proxy.files[`${base}${path}`] = data;
  };
  return {
    dir: scratch.path,
    proxy,
    database,
    env: {
      HOME: join(scratch.path, "home"),
      GOPATH: join(scratch.path, "gopath"),
      GOPROXY: proxy.url,
      GOSUMDB: database.verifierKey,
    },
    add: async (path, version, { files = {}, log = true } = {}) => {
      const made = await fakeModule(join(scratch.path, "zips"), { path, version }, files);
      Object.assign(proxy.files, made.served);
      if (log) await database.add(lookupKey(made.module), sumLines(made));
      serveDatabase();
      return made;
    },
    serveDatabase,
    write: async (files) => {
      for (const [name, text] of Object.entries(files)) await writeFile(join(scratch.path, name), text);
    },
    dispose: async () => {
      await proxy.close();
      await scratch.dispose();
    },
  };
}
