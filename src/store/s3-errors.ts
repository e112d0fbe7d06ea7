import { ModwharfError } from "../base/errors.ts";
import { redact } from "../base/redact.ts";

/** What the AWS SDK throws for an answer of the server, as far as it is used here. */
export interface SdkError extends Error {
  $metadata?: { httpStatusCode?: number; clockSkewCorrected?: boolean };
  $response?: { headers?: Record<string, string> };
}

export function isSdkError(error: unknown): error is SdkError {
  return error instanceof Error && "$metadata" in error;
}

/** The HTTP status behind an SDK error; undefined when there was no answer. */
export function statusOf(error: unknown): number | undefined {
  return isSdkError(error) ? error.$metadata?.httpStatusCode : undefined;
}

const PERMISSIONS = "s3:GetObject and s3:PutObject on its objects, s3:ListBucket on the bucket";

/** The project's error for a failed S3 request. Its text holds no credential, not even a key id. */
export function s3Error(error: unknown, key: string): unknown {
  if (error instanceof ModwharfError) return error;
  if (!(error instanceof Error)) return error;
  const status = statusOf(error);
  const actual = redact(`${status === undefined ? "" : `${status} `}${error.name}: ${error.message}`);
  const details = { subject: key, actual, cause: error };
  if (/CredentialsProvider|TokenProvider|CouldNotLoad/i.test(error.name)) {
    return new ModwharfError("REMOTE_AUTH", "no AWS credentials", {
      ...details,
      fix: "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or a web identity (AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE)",
    });
  }
  if (status === undefined) {
    return new ModwharfError("REMOTE", "the S3 request failed", details);
  }
  const { code, what, fix } = meaningOf(error.name, status);
  return new ModwharfError(code, what, { ...details, fix });
}

interface Meaning {
  code: "REMOTE" | "REMOTE_AUTH" | "REMOTE_NOT_FOUND" | "HASH_MISMATCH" | "NOT_SUPPORTED";
  what: string;
  fix?: string;
}

function meaningOf(name: string, status: number): Meaning {
  if (name === "RequestTimeTooSkewed") {
    return {
      code: "REMOTE_AUTH",
      what: "the clocks of S3 and this machine differ",
      fix: "set this machine's clock",
    };
  }
  if (name === "NoSuchBucket") {
    return {
      code: "REMOTE_NOT_FOUND",
      what: "the S3 bucket does not exist",
      fix: "create it, or correct the store's url",
    };
  }
  if (
    ["BadDigest", "XAmzContentSHA256Mismatch", "XAmzContentChecksumMismatch", "InvalidDigest"].includes(name)
  ) {
    return {
      code: "HASH_MISMATCH",
      what: "S3 received other bytes than were sent",
      fix: "run again; if it repeats, something between here and S3 alters uploads",
    };
  }
  if (status === 501) {
    return {
      code: "NOT_SUPPORTED",
      what: "this S3 server does not know conditional writes (If-None-Match, If-Match)",
      fix: "add ?writes=detected to the store: races are then noticed afterwards instead of refused",
    };
  }
  if (status === 401 || status === 403) {
    return {
      code: "REMOTE_AUTH",
      what: "S3 refused the request",
      fix: `check the credentials and that they may ${PERMISSIONS} (without s3:ListBucket a missing object is 403, not 404, and go stops at a 403)`,
    };
  }
  if (status === 404) return { code: "REMOTE_NOT_FOUND", what: "S3 does not know what was asked for" };
  return { code: "REMOTE", what: "S3 answered with an error" };
}
