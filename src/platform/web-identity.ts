import { ModwharfError } from "../base/errors.ts";
import { addSecret } from "../base/redact.ts";
import { type Env, isUnavailable, type Platform, type Unavailable } from "./platform.ts";

/** GitLab's `id_tokens:` puts a token into a variable of the job's choosing; this is the one we look at. */
export const ID_TOKEN_VARIABLE = "MODWHARF_ID_TOKEN";

/** The token that a pipeline handed over as a variable, checked to be made for this audience. */
export function idTokenFromEnv(env: Env, audience: string): string | Unavailable {
  const token = env[ID_TOKEN_VARIABLE];
  if (token === undefined || token === "") {
    return {
      unavailable: `${ID_TOKEN_VARIABLE} is not set; declare it under id_tokens with aud: ${audience}`,
    };
  }
  addSecret(token);
  const audiences = audiencesOf(token);
  if (audiences === undefined) return { unavailable: `${ID_TOKEN_VARIABLE} is not a JSON web token` };
  if (!audiences.includes(audience)) {
    return { unavailable: `${ID_TOKEN_VARIABLE} is made for ${audiences.join(", ")}, not for ${audience}` };
  }
  return token;
}

/** The `aud` claim; the signature is for the receiver to check. */
function audiencesOf(token: string): string[] | undefined {
  try {
    const payload = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8")) as {
      aud?: unknown;
    };
    return [payload.aud].flat().filter((audience) => typeof audience === "string");
  } catch {
    return undefined;
  }
}

/** A token of the job's own for `audience`. Throws USAGE when the job has no identity to show. */
export async function requireIdToken(platform: Platform, audience: string): Promise<string> {
  const token = await platform.idToken(audience);
  if (!isUnavailable(token)) return token;
  throw new ModwharfError("USAGE", "the job has no identity to assume a role with", {
    subject: audience,
    actual: token.unavailable,
  });
}
