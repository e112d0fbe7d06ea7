import { vi } from "vitest";
import { detectPlatform } from "../../src/platform/detect.ts";
import type { PlatformOptions } from "../../src/platform/options.ts";
import type { Env, Platform } from "../../src/platform/platform.ts";

export interface Captured {
  platform: Platform;
  stdout: () => string;
  stderr: () => string;
}

/** A platform whose output is kept; `env` is also the process's own, since the @actions packages read that. */
export async function capturedPlatform(env: Env, options: Partial<PlatformOptions> = {}): Promise<Captured> {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const [stdout, stderr] = [stream(), stream()];
  const platform = await detectPlatform({ env, json: false, quiet: false, stdout, stderr, ...options });
  return { platform, stdout: () => stdout.text(), stderr: () => stderr.text() };
}

function stream() {
  let text = "";
  return {
    write: (chunk: string) => {
      text += chunk;
    },
    text: () => text,
  };
}
