import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { temporaryDirectory } from "../../src/base/files.ts";

const sources = fileURLToPath(new URL("../../src/", import.meta.url));
let dir: { path: string; dispose: () => Promise<void> };
beforeAll(async () => {
  dir = await temporaryDirectory();
  await build({
    stdin: {
      resolveDir: sources,
      contents: `
        import { temporaryDirectory } from "./base/files.ts";
        import { onInterrupt } from "./main/interrupt.ts";
        const work = await temporaryDirectory();
        const signal = onInterrupt();
        signal.addEventListener("abort", () => console.log(signal.reason.code));
        setInterval(() => {}, 1000);
        console.log(work.path);`,
    },
    bundle: true,
    platform: "node",
    format: "esm",
    outfile: join(dir.path, "computes.mjs"),
  });
});
afterAll(() => dir.dispose());

async function line(child: ChildProcess): Promise<string> {
  const [data] = (await once(child.stdout!, "data")) as [Buffer];
  return data.toString().trim();
}

describe.each(["SIGINT", "SIGTERM"] as const)("%s", (signal) => {
  it("tells a command to stop; the second one ends it, with 130 and without its temporary files", async () => {
    const child = spawn(process.execPath, [join(dir.path, "computes.mjs")], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const work = await line(child);
    child.kill(signal);
    expect(await line(child)).toBe("INTERRUPTED");
    expect(existsSync(work)).toBe(true);
    child.kill(signal);
    expect(await once(child, "exit")).toEqual([130, null]);
    expect(existsSync(work)).toBe(false);
  });
});
