import { ProxyFacts } from "../policy/proxy-facts.ts";
import { GoproxyClient } from "../proxy/client.ts";
import { Credentials } from "../proxy/credentials.ts";
import { Fetcher } from "../proxy/fetcher.ts";
import { goEnvOf } from "../proxy/go-env.ts";
import { DEFAULT_GOPROXY, parseGoproxy } from "../proxy/goproxy-list.ts";
import type { CommandContext } from "./command.ts";

/** What the user's own Go settings say about where modules come from, as facts for the gate's rules. */
export function openFacts({ platform, http }: Pick<CommandContext, "platform" | "http">): ProxyFacts {
  const { env } = platform;
  const home = env.HOME ?? env.USERPROFILE ?? "";
  const go = goEnvOf(env, { home, platform: process.platform });
  const fetcher = new Fetcher({
    http,
    credentials: new Credentials({ goauth: go.goauth, netrcFile: go.netrcFile, env }),
  });
  const { goproxy, gonoproxy } = go;
  return new ProxyFacts({
    client: new GoproxyClient({ fetcher, goproxy: parseGoproxy(goproxy, gonoproxy), gonoproxy }),
    publicClient: new GoproxyClient({ fetcher, goproxy: parseGoproxy(DEFAULT_GOPROXY.split(",")[0]!) }),
    cacheDir: go.gomodcache,
  });
}
