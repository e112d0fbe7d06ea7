import { type ChildProcess, spawn } from "node:child_process";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";

export interface ServerProcess {
  stop(): Promise<void>;
}

export interface ServerProgram {
  command: string;
  args: readonly string[];
  env: Record<string, string>;
  /** A line of its output that says that it takes requests. */
  ready: RegExp;
}

/** A port of this machine that nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts a server program and waits for its ready line; rejects with its output when it ends before. */
export function startServerProcess({ command, args, env, ready }: ServerProgram): Promise<ServerProcess> {
  const child = spawn(command, [...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  return new Promise((resolve, reject) => {
    const watch = (chunk: Buffer) => {
      output += chunk.toString("utf8");
      if (ready.test(output)) resolve({ stop: () => stop(child) });
    };
    child.stdout.on("data", watch);
    child.stderr.on("data", watch);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${command} ended with ${code}: ${output.slice(-2000)}`)));
  });
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });
}
