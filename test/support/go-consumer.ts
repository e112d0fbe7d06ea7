import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { temporaryDirectory } from "../../src/base/files.ts";
import { runProcess } from "../../src/base/process.ts";
import { requireTool } from "./tools.ts";

export interface GoConsumer {
  /** Runs `go` in the consumer's module; throws with its output when it fails. */
  go(...args: string[]): Promise<string>;
  /** The lines of go.sum. */
  goSum(): Promise<string[]>;
  writeMain(source: string): Promise<void>;
  dispose(): Promise<void>;
}

/** A fresh module with an empty module cache, whose `go` knows nothing but this GOPROXY. */
export async function goConsumer(goproxy: string, env: Record<string, string> = {}): Promise<GoConsumer> {
  const scratch = await temporaryDirectory();
  const consumer = async (...args: string[]): Promise<string> => {
    const result = await runProcess(requireTool("go"), args, {
      cwd: scratch.path,
      env: {
        PATH: process.env.PATH,
        HOME: scratch.path,
        GOPATH: join(scratch.path, "gopath"),
        // The compiled standard library is the same for all of them; modules are not in here.
        GOCACHE: join(tmpdir(), "modwharf-test-gocache"),
        GOFLAGS: "-modcacherw",
        GOTOOLCHAIN: "local",
        GOPROXY: goproxy,
        GONOSUMDB: "example.com",
        GOSUMDB: "sum.golang.org",
        GOENV: "off",
        ...env,
      },
    });
    const text = result.stdout.toString("utf8");
    if (result.exitCode !== 0) throw new Error(`go ${args.join(" ")}: ${text}\n${result.stderr}`);
    return text;
  };
  await writeFile(join(scratch.path, "go.mod"), "module consumer.test/app\n\ngo 1.21\n");
  return {
    go: consumer,
    goSum: async () => (await readFile(join(scratch.path, "go.sum"), "utf8")).trim().split("\n").sort(),
    writeMain: (source) => writeFile(join(scratch.path, "main.go"), source),
    dispose: scratch.dispose,
  };
}
