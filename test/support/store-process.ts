import { type ChildProcess, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll } from "vitest";
import type { ConnectionSettings } from "../../src/base/connection.ts";
import type { StoreContext } from "../../src/store/open.ts";
import type { FixtureModule } from "../contract/fixture-module.ts";

export interface StoreChildJob {
  /** A STORE url. */
  store: string;
  module: FixtureModule;
  gitlab?: NonNullable<StoreContext["gitlab"]>;
  aws?: NonNullable<StoreContext["aws"]>;
  connection?: ConnectionSettings;
  killAfterFileCalls?: number;
}

export interface StoreChildOutcome {
  /** The signal that ended it, if one did. */
  signal: NodeJS.Signals | null;
  status?: "published" | "unchanged";
  error?: string;
  code?: string;
}

let bundled: Promise<string> | undefined;
let folder: string | undefined;
afterAll(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  folder = bundled = undefined;
});

/** Node 20 runs no TypeScript: the child's program is bundled once per test run. */
function program(): Promise<string> {
  bundled ??= (async () => {
    const outdir = await mkdtemp(join(tmpdir(), "modwharf-child-"));
    folder = outdir;
    await build({
      entryPoints: [fileURLToPath(new URL("./store-child.ts", import.meta.url))],
      outdir,
      outExtension: { ".js": ".mjs" },
      bundle: true,
      external: ["vitest"],
      // In pieces, as the real bundle: a child loads the SDK only when it uses it.
      splitting: true,
      minify: true,
      platform: "node",
      mainFields: ["module", "main"],
      format: "esm",
      target: "node20",
      logLevel: "error",
      banner: {
        js: "import { createRequire as createRequireOfChild } from 'node:module'; const require = createRequireOfChild(import.meta.url);",
      },
    });
    return join(outdir, "store-child.mjs");
  })();
  return bundled;
}

/** Starts a publishing process; `started` gets it before it does anything. */
export async function publishInChild(
  job: StoreChildJob,
  started: (child: ChildProcess) => void = () => {},
  env: Record<string, string> = {},
): Promise<StoreChildOutcome> {
  const file = await program();
  const child = spawn(process.execPath, [file, JSON.stringify(job)], {
    // Its temporary files lie beside its program: a killed process cleans up nothing.
    env: {
      PATH: process.env.PATH,
      TMPDIR: dirname(file),
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
      ...env,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  started(child);
  let out = "";
  child.stdout.on("data", (chunk: Buffer) => {
    out += chunk.toString("utf8");
  });
  const signal = await new Promise<NodeJS.Signals | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (_code, ended) => resolve(ended));
  });
  return { signal, ...(out === "" ? {} : (JSON.parse(out) as Partial<StoreChildOutcome>)) };
}
