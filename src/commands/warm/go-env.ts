import { ModwharfError } from "../../base/errors.ts";
import { askGoForProxy, userPlacesOf, withGoSettings } from "../../platform/go-settings.ts";
import type { CommandContext } from "../command.ts";

/**
 * The context with the environment that `go` itself would see: what the environment leaves open comes from the file
 * that `go env -w` writes.
 */
export async function withGoEnvFile<Context extends Pick<CommandContext, "platform">>(
  context: Context,
): Promise<Context> {
  const { env } = context.platform;
  const platform = { ...context.platform, env: withGoSettings(env, userPlacesOf(env)) };
  return { ...context, platform };
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
  const list = input ?? (env.GOPROXY || askGoForProxy(env));
  if (list !== undefined) return list;
  throw new ModwharfError("USAGE", "nothing says where to download modules from", {
    expected: "a GOPROXY list: proxies between commas",
    fix: "set GOPROXY in the environment, or the goproxy input",
  });
}
