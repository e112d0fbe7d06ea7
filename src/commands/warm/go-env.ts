import { join } from "node:path";
import { ModwharfError } from "../../base/errors.ts";
import { readIfPresent } from "../../base/files.ts";
import { outputOf } from "../../base/process.ts";
import type { Env } from "../../platform/platform.ts";
import type { CommandContext } from "../command.ts";

/** What `go env -w` may set that says where modules come from and who vouches for them. */
const SETTINGS = [
  "GOPROXY",
  "GONOPROXY",
  "GOSUMDB",
  "GONOSUMDB",
  "GOPRIVATE",
  "GOAUTH",
  "GOPATH",
  "GOMODCACHE",
  "GOFLAGS",
] as const;

/**
 * The context with the environment that `go` itself would see: what the environment leaves open comes from the file
 * that `go env -w` writes.
 */
export async function withGoEnvFile<Context extends Pick<CommandContext, "platform">>(
  context: Context,
): Promise<Context> {
  const { env } = context.platform;
  const written = await readGoEnvFile(env);
  const added = SETTINGS.flatMap((name) =>
    !env[name] && written.has(name) ? [[name, written.get(name)] as const] : [],
  );
  if (added.length === 0) return context;
  return { ...context, platform: { ...context.platform, env: { ...env, ...Object.fromEntries(added) } } };
}

/** The settings of the file that GOENV names, by default `go/env` in the user's configuration folder. */
async function readGoEnvFile(env: Env): Promise<Map<string, string>> {
  const file = goEnvFile(env);
  const text = file === undefined ? undefined : (await readIfPresent(file))?.toString("utf8");
  const lines = (text ?? "").split("\n").map((line) => /^([A-Z][A-Z0-9_]*)=(.*?)\r?$/.exec(line));
  return new Map(lines.flatMap((match) => (match === null ? [] : [[match[1]!, match[2]!] as const])));
}

function goEnvFile(env: Env): string | undefined {
  if (env.GOENV) return env.GOENV === "off" ? undefined : env.GOENV;
  const home = env.HOME ?? env.USERPROFILE;
  // os.UserConfigDir
  if (process.platform === "win32") return env.APPDATA && join(env.APPDATA, "go", "env");
  if (process.platform === "darwin") return home && join(home, "Library", "Application Support", "go", "env");
  return env.XDG_CONFIG_HOME
    ? join(env.XDG_CONFIG_HOME, "go", "env")
    : home && join(home, ".config", "go", "env");
}

/**
 * The GOPROXY list to download from: the input, the environment (with what `go env -w` wrote), else what an
 * installed `go` has as its default. Where none of them says anything the user is asked, since whom one asks for
 * modules learns the names of all of them.
 */
export async function goproxyOf(
  { platform }: Pick<CommandContext, "platform">,
  input: string | undefined,
): Promise<string> {
  const { env } = platform;
  const list = input ?? (env.GOPROXY || (await askGo(env)));
  if (list !== undefined) return list;
  throw new ModwharfError("USAGE", "nothing says where to download modules from", {
    expected: "a GOPROXY list: proxies between commas",
    fix: "set GOPROXY in the environment, or the goproxy input",
  });
}

/** The release's own go.env has a list. A go.mod must not make go fetch another toolchain for this. */
async function askGo(env: Env): Promise<string | undefined> {
  try {
    const output = await outputOf("go", ["env", "GOPROXY"], {
      env: { ...env, GOTOOLCHAIN: "local", GOWORK: "off" },
    });
    return output.trim() || undefined;
  } catch {
    return undefined;
  }
}
