import type { S3Client, S3ClientConfig } from "@aws-sdk/client-s3";
import { ModwharfError } from "../base/errors.ts";
import type { HttpClient } from "../base/http.ts";
import { pause, type RetryPolicy, retryDelayMs } from "../base/retry.ts";
import { isSdkError, s3Error, statusOf } from "./s3-errors.ts";
import { SdkHttpHandler } from "./s3-http-handler.ts";

export interface S3ClientOptions {
  http: HttpClient;
  /** Undefined: AWS's own. */
  endpoint?: string | undefined;
  region?: string | undefined;
  pathStyle: boolean;
  retry?: Partial<RetryPolicy> | undefined;
  /** Undefined: the SDK's whole chain (environment, profile, SSO, web identity, container and instance roles). */
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string } | undefined;
  /** Assumes a role with the CI job's own identity instead of the chain: no stored key anywhere. */
  webIdentity?: WebIdentity | undefined;
}

export interface WebIdentity {
  /** arn:aws:iam::ACCOUNT:role/NAME */
  roleArn: string;
  /** Asks the platform for a token when one is needed: they live for minutes. */
  token: () => Promise<string>;
}

export interface S3Sdk {
  client: S3Client;
  sdk: typeof import("./aws-sdk.ts");
}

/** Without one the SDK warns on the console about streams that it cannot send twice; `send` can. */
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** The AWS SDK, loaded with the first request, under the project's own HTTP and retry rules. */
export class S3Connection {
  readonly #options: S3ClientOptions;
  readonly #handler: SdkHttpHandler;
  #loaded: Promise<S3Sdk> | undefined;

  constructor(options: S3ClientOptions) {
    this.#options = options;
    this.#handler = new SdkHttpHandler(options.http);
  }

  serverNowMs(): number {
    return this.#handler.serverNowMs();
  }

  /**
   * Runs one request, anew from its start after a transient failure. Resolves with undefined for the statuses
   * in `absorbed`, which the caller told are answers, not errors. `key` is named in errors.
   */
  async send<T>(
    key: string,
    absorbed: readonly number[],
    run: (sdk: S3Sdk) => Promise<T>,
  ): Promise<T | undefined> {
    const sdk = await this.#load();
    let skewCorrected = false;
    for (let attempt = 1; ; attempt++) {
      try {
        return await run(sdk);
      } catch (error) {
        if (absorbed.includes(statusOf(error) ?? 0) && !isMissingBucket(error)) return undefined;
        // The SDK has learnt the server's time from this answer and signs the next request with it.
        const skewed = isSdkError(error) && error.$metadata?.clockSkewCorrected === true;
        if (skewed && !skewCorrected) {
          skewCorrected = true;
          continue;
        }
        const delayMs = this.#delayMs(error, attempt);
        if (delayMs === undefined) throw s3Error(error, key);
        await pause(delayMs, this.#options.retry);
      }
    }
  }

  #delayMs(error: unknown, attempt: number): number | undefined {
    const status = statusOf(error);
    if (status === undefined) {
      const cause = error instanceof ModwharfError ? error.cause : error;
      return retryDelayMs({ attempt, response: undefined, error: cause }, this.#options.retry);
    }
    const headers = (isSdkError(error) && error.$response?.headers) || {};
    // 409 ConditionalRequestConflict: a racing write was in flight; the next try sees its outcome.
    const response = { status: status === 409 ? 503 : status, headers };
    return retryDelayMs({ attempt, response, error: undefined }, this.#options.retry);
  }

  #load(): Promise<S3Sdk> {
    this.#loaded ??= this.#connect();
    return this.#loaded;
  }

  async #connect(): Promise<S3Sdk> {
    const sdk = await import("./aws-sdk.ts");
    const { endpoint, pathStyle } = this.#options;
    // Typed by the SDK as its own request classes; it uses the fields that SdkHttpHandler names.
    const requestHandler = this.#handler as never;
    const region = this.#options.region;
    const config: S3ClientConfig = {
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(region === undefined ? {} : { region }),
      forcePathStyle: pathStyle,
      followRegionRedirects: true,
      maxAttempts: 1,
      logger: SILENT,
      requestHandler,
      // We send a SHA-256 ourselves; the SDK's trailing CRC would need chunked uploads, which not every server knows.
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
      credentials: await this.#credentials(requestHandler),
    };
    const client = new sdk.S3Client(config);
    if (await hasRegion(client)) return { client, sdk };
    if (endpoint === undefined) {
      throw new ModwharfError("USAGE", "the S3 store's region is unknown", {
        fix: "add ?region=… to the store, or set AWS_REGION",
      });
    }
    // Servers other than AWS mostly ignore the region, but the signature needs one.
    return { client: new sdk.S3Client({ ...config, region: "us-east-1" }), sdk };
  }

  async #credentials(requestHandler: never): Promise<NonNullable<S3ClientConfig["credentials"]>> {
    const { credentials, webIdentity, region } = this.#options;
    if (credentials !== undefined) return credentials;
    const { fromNodeProviderChain, fromWebToken } = await import("./aws-sdk.ts");
    const clientConfig = { requestHandler, ...(region === undefined ? {} : { region }) };
    if (webIdentity === undefined) {
      return fromNodeProviderChain({
        clientConfig: { requestHandler },
        parentClientConfig: { requestHandler },
      });
    }
    const { roleArn, token } = webIdentity;
    return async () =>
      fromWebToken({ roleArn, webIdentityToken: await token(), roleSessionName: "modwharf", clientConfig })();
  }

  async close(): Promise<void> {
    (await this.#loaded?.catch(() => undefined))?.client.destroy();
  }
}

function hasRegion(client: S3Client): Promise<boolean> {
  return client.config.region().then(
    () => true,
    () => false,
  );
}

function isMissingBucket(error: unknown): boolean {
  return isSdkError(error) && error.name === "NoSuchBucket";
}
