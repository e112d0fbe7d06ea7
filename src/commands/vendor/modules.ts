import { GoproxyClient } from "../../proxy/client.ts";
import { Credentials } from "../../proxy/credentials.ts";
import { Fetcher } from "../../proxy/fetcher.ts";
import { goEnvOf } from "../../proxy/go-env.ts";
import { parseGoproxy } from "../../proxy/goproxy-list.ts";
import { type ModuleSource, moduleSource } from "../../vendor/module-source.ts";
import type { CommandContext } from "../command.ts";

/** The modules of the user's module cache and, for what it lacks, of GOPROXY; downloads go into `workDir`. */
export function openModuleSource(
  { platform, http }: Pick<CommandContext, "platform" | "http">,
  options: { workDir: string; goproxy?: string | undefined },
): ModuleSource {
  const { env } = platform;
  const home = env.HOME ?? env.USERPROFILE ?? "";
  const go = goEnvOf(env, { home, platform: process.platform });
  const credentials = new Credentials({ goauth: go.goauth, netrcFile: go.netrcFile, env });
  const { gonoproxy, gomodcache } = go;
  const client = new GoproxyClient({
    fetcher: new Fetcher({ http, credentials }),
    goproxy: parseGoproxy(options.goproxy ?? go.goproxy, gonoproxy),
    gonoproxy,
  });
  return moduleSource({ gomodcache, client, workDir: options.workDir });
}
