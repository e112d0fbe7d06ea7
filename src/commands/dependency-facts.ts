import { ProxyFacts } from "../policy/proxy-facts.ts";
import { GoproxyClient } from "../proxy/client.ts";
import { Credentials } from "../proxy/credentials.ts";
import { Fetcher } from "../proxy/fetcher.ts";
import { type GoproxyEntry, parseGoproxy } from "../proxy/goproxy-list.ts";
import type { CommandContext } from "./command.ts";
import { goproxyOrDefault, goSettings } from "./modules/services.ts";

/** What the user's own Go settings say about where modules come from, as facts for the gate's rules. */
export function openFacts({ platform, http }: Pick<CommandContext, "platform" | "http">): ProxyFacts {
  const { env } = platform;
  const go = goSettings({ platform });
  const fetcher = new Fetcher({
    http,
    credentials: new Credentials({ goauth: go.goauth, netrcFile: go.netrcFile, env }),
  });
  const { gonoproxy } = go;
  const entries = parseGoproxy(goproxyOrDefault(go, env), gonoproxy);
  const publicEntries = publicProxy(env.MODWHARF_PUBLIC_GOPROXY, entries);
  return new ProxyFacts({
    client: new GoproxyClient({ fetcher, goproxy: entries, gonoproxy }),
    publicClient: publicEntries && new GoproxyClient({ fetcher, goproxy: publicEntries }),
    cacheDir: go.gomodcache,
  });
}

/** The proxy that the whole world can publish to: the named one, else the last of several, private ones come first. */
function publicProxy(
  named: string | undefined,
  entries: readonly GoproxyEntry[],
): GoproxyEntry[] | undefined {
  if (named) return parseGoproxy(named);
  const proxies = entries.filter((entry) => entry.kind === "proxy");
  return proxies.length > 1 ? proxies.slice(-1) : undefined;
}
