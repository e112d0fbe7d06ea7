import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Env } from "./platform.ts";

/** The settings of go that say where modules come from and how they are checked. */
const NAMES = [
  "GOPROXY",
  "GOPRIVATE",
  "GONOPROXY",
  "GOSUMDB",
  "GONOSUMDB",
  "GOAUTH",
  "GOPATH",
  "GOMODCACHE",
] as const;

/**
 * The environment completed with the user's Go settings, in go's own order: the environment, then the file that
 * `go env -w` writes (GOENV). Where neither names a GOPROXY, the installed go is asked for its default; without
 * go none is made up, and what needs a proxy says so.
 */
export function withGoSettings(env: Env, places: { home: string; platform: NodeJS.Platform }): Env {
  const written = readGoEnvFile(env, places);
  const known: Record<string, string | undefined> = { ...env };
  for (const name of NAMES) known[name] ||= written[name];
  if (!known.GOPROXY) known.GOPROXY = askGo(env);
  return known;
}

/** os.UserConfigDir of Go, with go/env below it; `GOENV=off` reads none. */
function readGoEnvFile(
  env: Env,
  { home, platform }: { home: string; platform: NodeJS.Platform },
): Record<string, string> {
  if (env.GOENV === "off") return {};
  const configDir =
    platform === "win32"
      ? (env.AppData ?? join(home, "AppData", "Roaming"))
      : platform === "darwin"
        ? join(home, "Library", "Application Support")
        : env.XDG_CONFIG_HOME || join(home, ".config");
  const settings: Record<string, string> = {};
  for (const line of readText(env.GOENV || join(configDir, "go", "env")).split(/\r?\n/)) {
    const [, name, value] = /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) settings[name] = value;
  }
  return settings;
}

/** A settings file that cannot be read counts as absent, as it does for go. */
function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function askGo(env: Env): string | undefined {
  const { status, stdout } = spawnSync("go", ["env", "GOPROXY"], {
    env: { ...env },
    encoding: "utf8",
    timeout: 10_000,
  });
  return status === 0 ? stdout.trim() || undefined : undefined;
}
