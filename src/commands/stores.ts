import { ModwharfError } from "../base/errors.ts";
import { openStore } from "../store/open.ts";
import type { Store } from "../store/store.ts";
import type { CommandContext } from "./command.ts";

type Surroundings = Pick<CommandContext, "platform" | "http" | "cwd">;

/** Opens every STORE url of an input; the same store twice is a mistake that would race with itself. */
export function openStores(urls: readonly string[], context: Surroundings): Store[] {
  const stores = urls.map((url) => openStoreUrl(url, context));
  const shown = stores.map((store) => store.url);
  const twice = shown.find((url, i) => shown.indexOf(url) !== i);
  if (twice === undefined) return stores;
  throw new ModwharfError("USAGE", "a store is named twice", { subject: twice, fix: "name each store once" });
}

/** Opens one STORE url with what the platform knows of servers and credentials. Talks to nobody yet. */
export function openStoreUrl(url: string, { platform, http, cwd }: Surroundings): Store {
  const { gitlab } = platform.services;
  return openStore(url, { http, baseDir: cwd, gitlab });
}
