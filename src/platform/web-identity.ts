import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { ModwharfError } from "../base/errors.ts";
import { writeFileAtomic } from "../base/files.ts";
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

export interface AwsRole {
  /** arn:aws:iam::ACCOUNT:role/NAME */
  roleArn: string;
  region?: string | undefined;
  /** Default sts.amazonaws.com. */
  audience?: string | undefined;
  /** A folder that lives as long as the credentials are used and that other users cannot read. */
  directory: string;
}

/**
 * Turns the job's identity into what the AWS credential chain reads: a token file and the variables that name
 * it, returned as data. The SDK exchanges them for short-lived keys by itself. Throws USAGE when the job has no
 * identity to show.
 */
export async function awsEnvironment(platform: Platform, role: AwsRole): Promise<Record<string, string>> {
  const token = await platform.idToken(role.audience ?? "sts.amazonaws.com");
  if (isUnavailable(token)) {
    throw new ModwharfError("USAGE", "the job has no identity to assume a role with", {
      subject: role.roleArn,
      actual: token.unavailable,
    });
  }
  await mkdir(role.directory, { recursive: true, mode: 0o700 });
  const file = join(role.directory, "aws-identity-token");
  await writeFileAtomic(file, async (temporary) => {
    const { writeFile } = await import("node:fs/promises");
    await writeFile(temporary, token, { mode: 0o600, flag: "wx" });
  });
  await chmod(file, 0o600);
  return {
    AWS_WEB_IDENTITY_TOKEN_FILE: file,
    AWS_ROLE_ARN: role.roleArn,
    AWS_ROLE_SESSION_NAME: "modwharf",
    ...(role.region === undefined ? {} : { AWS_REGION: role.region }),
  };
}
