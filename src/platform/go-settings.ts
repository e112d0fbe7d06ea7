import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import type { UserPlaces } from "../proxy/go-env.ts";
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
  "GOFLAGS",
] as const;

/**
 * The environment completed with the user's Go settings, in go's own order: the environment, then the file that
 * `go env -w` writes (GOENV).
 */
export function withGoSettings(env: Env, places: UserPlaces): Env {
  const written = readGoEnvFile(env, places);
  const known: Record<string, string | undefined> = { ...env };
  for (const name of NAMES) known[name] ||= written[name];
  return known;
}

/** Where this machine keeps the user's files. */
export function userPlacesOf(env: Env): UserPlaces {
  return { home: env.HOME || env.USERPROFILE || accountHome(), platform: process.platform };
}

/** The home folder of the account, for an environment that names none (cron, `env -i`); empty where it has none. */
function accountHome(): string {
  try {
    return userInfo().homedir;
  } catch {
    return "";
  }
}

/** os.UserConfigDir of Go, with go/env below it; `GOENV=off` reads none. */
function readGoEnvFile(env: Env, { home, platform }: UserPlaces): Record<string, string> {
  if (env.GOENV === "off" || (home === "" && !env.GOENV && !env.XDG_CONFIG_HOME)) return {};
  const configDir =
    platform === "win32"
      ? (env.APPDATA ?? env.AppData ?? join(home, "AppData", "Roaming"))
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

/**
 * The GOPROXY that an installed go has as its default, for where neither environment nor file name one; undefined
 * without go. The toolchain line of a go.mod, which may come with a merge request, must not make it download and run
 * another go.
 */
export function askGoForProxy(env: Env): string | undefined {
  const { status, stdout } = spawnSync("go", ["env", "GOPROXY"], {
    env: { ...env, GOTOOLCHAIN: "local", GOWORK: "off" },
    encoding: "utf8",
    timeout: 10_000,
  });
  return status === 0 ? stdout.trim() || undefined : undefined;
}
