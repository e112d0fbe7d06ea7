import { ModwharfError } from "../base/errors.ts";
import { redact } from "../base/redact.ts";
import { requireIdToken } from "../platform/web-identity.ts";
import { openStore } from "../store/open.ts";
import type { Store } from "../store/store.ts";
import type { CommandContext } from "./command.ts";

/** What opening a store takes: the command's surroundings and its `awsInputs`. */
type Surroundings = Pick<CommandContext, "platform" | "http" | "cwd"> & { inputs?: AwsChoice };

interface AwsChoice {
  readonly "aws-role"?: string | undefined;
  readonly "aws-audience"?: string | undefined;
}

/** Opens every STORE url of an input; the same store twice is a mistake that would race with itself. */
export function openStores(urls: readonly string[], context: Surroundings): Store[] {
  const stores = urls.map((url) => openStoreUrl(url, context));
  const shown = stores.map((store) => store.url);
  const twice = shown.find((url, i) => shown.indexOf(url) !== i);
  if (twice === undefined) return stores;
  throw new ModwharfError("USAGE", "a store is named twice", { subject: twice, fix: "name each store once" });
}

/** Opens one STORE url with what the platform knows of servers and credentials. Talks to nobody yet. */
export function openStoreUrl(url: string, { platform, http, cwd, inputs }: Surroundings): Store {
  if (/[,\n]\s*(file|s3|gitlab):/.test(url)) {
    throw new ModwharfError("USAGE", "this command takes one store", {
      subject: redact(url),
      fix: "run it once for each store",
    });
  }
  const { gitlab } = platform.services;
  const { "aws-role": roleArn, "aws-audience": audience = "sts.amazonaws.com" } = inputs ?? {};
  const token = () => requireIdToken(platform, audience);
  const aws = roleArn === undefined ? undefined : { webIdentity: { roleArn, token } };
  return openStore(url, { http, baseDir: cwd, gitlab, aws });
}
