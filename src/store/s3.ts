import type { Readable } from "node:stream";
import { ModwharfError } from "../base/errors.ts";
import type { Backend, Guarantee, ObjectState, StoredObject } from "./backend.ts";
import type { Content } from "./content.ts";
import { fileOfKey, folderOf, keyOf, type Spelling } from "./keys.ts";
import { type S3ClientOptions, S3Connection } from "./s3-client.ts";
import type { StoreFile } from "./store-file.ts";

/** `goproxy`: a static GOPROXY under escaped names; `athens`: what Athens reads from its s3 storage. */
export type S3Layout = "goproxy" | "athens";

export interface S3Location {
  bucket: string;
  /** Without slashes at its ends; empty for the bucket's root. */
  prefix: string;
  layout: S3Layout;
  endpoint?: string | undefined;
  region?: string | undefined;
  pathStyle: boolean;
  /** `detected` for servers without conditional writes. */
  writes: "conditional" | "detected";
}

/**
 * A bucket of S3 or of a server that speaks its protocol. Versions are created under `If-None-Match: *`, `list`
 * is replaced under `If-Match`, and every upload carries its SHA-256, so that the server refuses damaged bytes.
 */
export class S3Backend implements Backend {
  readonly url: string;
  readonly guarantee: Guarantee;
  readonly goproxyUrl: string | undefined;
  readonly #location: S3Location;
  readonly #spelling: Spelling;
  readonly #s3: S3Connection;
  #confirmsUploads = true;

  constructor(location: S3Location, options: Omit<S3ClientOptions, "endpoint" | "pathStyle">) {
    this.#location = location;
    this.#spelling = location.layout === "athens" ? "plain" : "escaped";
    this.#s3 = new S3Connection({
      ...options,
      endpoint: location.endpoint,
      region: location.region ?? options.region,
      pathStyle: location.pathStyle,
    });
    this.url = formatS3Url(location);
    this.guarantee = location.writes === "conditional" ? "atomic" : "detected";
    this.goproxyUrl = location.layout === "goproxy" ? publicUrlOf(location) : undefined;
  }

  /** AWS and MinIO answer with the SHA-256 of what they stored; servers that know no checksums leave it out. */
  get confirmsUploads(): boolean {
    return this.#confirmsUploads;
  }

  /**
   * AWS takes a raw `+` in a URL for a space, and `go` sends `+incompatible` raw: over HTTP such a version is
   * found under the key with a space only. Athens reads through the S3 API and needs no copy.
   */
  keysOf(file: StoreFile): readonly [string, ...string[]] {
    const key = keyOf(file, this.#spelling);
    return this.#spelling === "escaped" && key.includes("+") ? [key, key.replaceAll("+", " ")] : [key];
  }

  fileOf(key: string): StoreFile | undefined {
    return fileOfKey(key, this.#spelling);
  }

  async get(key: string): Promise<StoredObject | undefined> {
    const found = await this.#s3.send(this.#name(key), [404], ({ client, sdk }) =>
      client.send(new sdk.GetObjectCommand(this.#object(key))),
    );
    if (found === undefined) return undefined;
    return { body: found.Body as Readable, revision: found.ETag ?? "", sizeBytes: found.ContentLength };
  }

  async stat(key: string): Promise<ObjectState | undefined> {
    const found = await this.#s3.send(this.#name(key), [404], ({ client, sdk }) =>
      client.send(new sdk.HeadObjectCommand({ ...this.#object(key), ChecksumMode: "ENABLED" })),
    );
    if (found === undefined) return undefined;
    const ageMs = Math.max(0, this.#s3.serverNowMs() - (found.LastModified?.getTime() ?? 0));
    return {
      revision: found.ETag ?? "",
      ageMs: async () => ageMs,
      sha256: found.ChecksumType === "COMPOSITE" ? undefined : hexOf(found.ChecksumSHA256),
    };
  }

  async create(key: string, content: Content): Promise<boolean> {
    if (this.#location.writes === "conditional") return this.#put(key, content, { IfNoneMatch: "*" });
    return (await this.stat(key)) === undefined && this.#put(key, content, {});
  }

  async replace(key: string, content: Content, revision: string): Promise<boolean> {
    if (this.#location.writes === "conditional") return this.#put(key, content, { IfMatch: revision });
    return (await this.stat(key))?.revision === revision && this.#put(key, content, {});
  }

  /** False when the condition does not hold (412), or when the object to be replaced is gone (404). */
  async #put(
    key: string,
    content: Content,
    condition: { IfNoneMatch?: string; IfMatch?: string },
  ): Promise<boolean> {
    const sha256 = Buffer.from(await content.sha256(), "hex").toString("base64");
    const stored = await this.#s3.send(this.#name(key), [404, 412], ({ client, sdk }) =>
      client.send(
        new sdk.PutObjectCommand({
          ...this.#object(key),
          ...condition,
          Body: content.open(),
          ContentLength: content.sizeBytes,
          ContentType: content.contentType,
          CacheControl: content.cacheControl,
          ChecksumSHA256: sha256,
        }),
      ),
    );
    if (stored === undefined) return false;
    if (stored.ChecksumSHA256 === undefined) this.#confirmsUploads = false;
    else if (stored.ChecksumSHA256 !== sha256) {
      throw new ModwharfError("HASH_MISMATCH", "S3 stored other bytes than were sent", {
        subject: this.#name(key),
        expected: `SHA-256 ${sha256}`,
        actual: stored.ChecksumSHA256,
        fix: "do not use this version; find out what alters uploads between here and S3",
      });
    }
    return true;
  }

  async *keys(modulePath?: string): AsyncGenerator<string> {
    const prefix = this.#fullKey(modulePath === undefined ? "" : folderOf(modulePath, this.#spelling));
    for (let token: string | undefined; ; ) {
      const page = await this.#s3.send(this.#name(prefix), [], ({ client, sdk }) =>
        client.send(
          new sdk.ListObjectsV2Command({
            Bucket: this.#location.bucket,
            Prefix: prefix,
            ...(token === undefined ? {} : { ContinuationToken: token }),
          }),
        ),
      );
      for (const { Key } of page?.Contents ?? []) if (Key !== undefined) yield this.#shortKey(Key);
      token = page?.NextContinuationToken;
      if (token === undefined) return;
    }
  }

  async close(): Promise<void> {
    await this.#s3.close();
  }

  #object(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.#location.bucket, Key: this.#fullKey(key) };
  }

  #fullKey(key: string): string {
    const { prefix } = this.#location;
    return prefix === "" ? key : `${prefix}/${key}`;
  }

  #shortKey(fullKey: string): string {
    const { prefix } = this.#location;
    return prefix === "" ? fullKey : fullKey.slice(prefix.length + 1);
  }

  #name(key: string): string {
    return `s3://${this.#location.bucket}/${this.#fullKey(key)}`;
  }
}

function hexOf(base64: string | undefined): string | undefined {
  return base64 === undefined ? undefined : Buffer.from(base64, "base64").toString("hex");
}

function formatS3Url({ bucket, prefix, layout, endpoint, region, writes }: S3Location): string {
  const query = [
    endpoint !== undefined && `endpoint=${endpoint}`,
    region !== undefined && `region=${region}`,
    layout !== "goproxy" && `layout=${layout}`,
    writes !== "conditional" && `writes=${writes}`,
  ].filter((part) => part !== false);
  const path = prefix === "" ? "" : `/${prefix}`;
  return `s3://${bucket}${path}${query.length === 0 ? "" : `?${query.join("&")}`}`;
}

/** Where a bucket that allows anonymous reads serves its objects over HTTP. */
function publicUrlOf({ bucket, prefix, endpoint, region, pathStyle }: S3Location): string {
  const base = new URL(endpoint ?? `https://s3.${region === undefined ? "" : `${region}.`}amazonaws.com`);
  if (!pathStyle) base.hostname = `${bucket}.${base.hostname}`;
  const segments = [...(pathStyle ? [bucket] : []), ...prefix.split("/").filter((part) => part !== "")];
  const path = base.pathname.replace(/\/$/, "");
  return `${base.origin}${path}${segments.map((segment) => `/${encodeURIComponent(segment)}`).join("")}`;
}
