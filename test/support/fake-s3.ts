/*
 * A strict S3 server for tests, in memory: path-style PutObject, GetObject, HeadObject and ListObjectsV2 with
 * conditional writes, checksums, ETags, clock skew and AWS's reading of `+`. It answers 501 to whatever it does not
 * know. Derived from AWS's API reference and from what MinIO answers; the same contract suite runs against a
 * real MinIO in test/e2e. Signatures are looked at (access key, date), not computed.
 */
import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { answer, bodyOf, startServer } from "./http-fixture.ts";

export interface FakeS3Options {
  /** False: a missing key is 403, as for credentials without s3:ListBucket. Default true. */
  mayList?: boolean;
  /** False: conditional requests get 501, as on old servers. Default true. */
  knowsConditions?: boolean;
  /** False: uploads are stored without a word about their checksum, as by servers that know none. Default true. */
  confirmsUploads?: boolean;
  /** Added to the server's clock, milliseconds. */
  clockOffsetMs?: number;
  /** Keys a listing page. Default 1000. */
  pageSize?: number;
  /** True: anybody may read. */
  publicRead?: boolean;
  tls?: { cert: string; key: string };
}

interface StoredS3Object {
  bytes: Buffer;
  etag: string;
  sha256: string;
  modifiedMs: number;
  headers: Record<string, string>;
}

export const FAKE_S3_CREDENTIALS = { accessKeyId: "AKIAFAKEFAKEFAKE", secretAccessKey: "fake-secret-of-s3" };
export const FAKE_BUCKET = "wharf-modules";

export interface FakeS3 {
  url: string;
  objects: Map<string, StoredS3Object>;
  /** One line a request: method, key, status. */
  log: string[];
  writes(): number;
  age(ms: number): void;
  options: FakeS3Options;
  close(): Promise<void>;
}

class S3Answer {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string) {
    this.status = status;
    this.code = code;
  }
}

export async function startFakeS3(options: FakeS3Options = {}): Promise<FakeS3> {
  const fake: Omit<FakeS3, "url" | "close"> = {
    objects: new Map(),
    log: [],
    writes: () => fake.log.filter((line) => /^(PUT|POST|DELETE) /.test(line)).length,
    age: (ms) => {
      for (const object of fake.objects.values()) object.modifiedMs -= ms;
    },
    options,
  };
  const server = await startServer(async (request, response) => {
    const now = Date.now() + (fake.options.clockOffsetMs ?? 0);
    response.setHeader("date", new Date(now).toUTCString());
    response.setHeader("x-amz-request-id", "FAKE");
    try {
      await route(fake, request, response, now);
    } catch (error) {
      const { status, code } = error instanceof S3Answer ? error : new S3Answer(500, String(error));
      const xml = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`;
      request.resume();
      answer(response, status, xml, { "content-type": "application/xml" });
    }
    fake.log.push(`${request.method} ${decodeURIComponent(request.url ?? "")} ${response.statusCode}`);
  }, options.tls);
  return Object.assign(fake, { url: server.url, close: server.close });
}

async function route(
  fake: Omit<FakeS3, "url" | "close">,
  request: IncomingMessage,
  response: ServerResponse,
  now: number,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://fake");
  // AWS reads a raw + in a path as a space.
  const [bucket = "", ...rest] = url.pathname.slice(1).split("/");
  const key = decodeURIComponent(rest.join("/").replaceAll("+", " "));
  const reads = request.method === "GET" || request.method === "HEAD";
  if (request.headers.authorization !== undefined) checkSignature(request, now);
  else if (!(fake.options.publicRead && reads)) throw new S3Answer(403, "AccessDenied");
  if (bucket !== FAKE_BUCKET) throw new S3Answer(404, "NoSuchBucket");
  if (request.method === "GET" && url.searchParams.get("list-type") === "2") return list(fake, url, response);
  for (const name of url.searchParams.keys()) if (name !== "x-id") throw new S3Answer(501, "NotImplemented");
  if (request.method === "PUT") return put(fake, key, request, response, now);
  if (reads) return get(fake, key, request, response);
  throw new S3Answer(501, "NotImplemented");
}

function checkSignature(request: IncomingMessage, now: number): void {
  const { authorization = "", "x-amz-date": date } = request.headers;
  const id =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/\d{8}\/[a-z0-9-]+\/s3\/aws4_request, SignedHeaders=[^,]*\bhost\b[^,]*, Signature=[0-9a-f]{64}$/.exec(
      authorization,
    )?.[1];
  if (id !== FAKE_S3_CREDENTIALS.accessKeyId) throw new S3Answer(403, "InvalidAccessKeyId");
  const at = Date.parse(String(date).replace(/^(....)(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  if (!(Math.abs(at - now) <= 15 * 60_000)) throw new S3Answer(403, "RequestTimeTooSkewed");
}

async function put(
  fake: Omit<FakeS3, "url" | "close">,
  key: string,
  request: IncomingMessage,
  response: ServerResponse,
  now: number,
): Promise<void> {
  const { headers } = request;
  if (headers["content-length"] === undefined) throw new S3Answer(411, "MissingContentLength");
  const bytes = await bodyOf(request);
  const sha256 = createHash("sha256").update(bytes);
  const hex = sha256.copy().digest("hex");
  const base64 = sha256.digest("base64");
  const claimed = headers["x-amz-checksum-sha256"];
  if (claimed !== undefined && claimed !== base64) throw new S3Answer(400, "BadDigest");
  const payload = String(headers["x-amz-content-sha256"]);
  if (payload !== "UNSIGNED-PAYLOAD" && payload !== hex) throw new S3Answer(400, "XAmzContentSHA256Mismatch");
  // From here on nothing waits: what was checked still holds when the object is stored.
  checkConditions(fake, key, request);
  const object: StoredS3Object = {
    bytes,
    etag: `"${createHash("md5").update(bytes).update(String(fake.log.length)).digest("hex")}"`,
    sha256: base64,
    modifiedMs: Math.floor(now / 1000) * 1000,
    headers: {
      "content-type": headers["content-type"] ?? "binary/octet-stream",
      ...(headers["cache-control"] === undefined ? {} : { "cache-control": headers["cache-control"] }),
    },
  };
  fake.objects.set(key, object);
  const confirmed = fake.options.confirmsUploads !== false && claimed !== undefined;
  answer(response, 200, "", {
    etag: object.etag,
    ...(confirmed && { "x-amz-checksum-sha256": base64 }),
  });
}

function checkConditions(
  fake: Pick<FakeS3, "objects" | "options">,
  key: string,
  request: IncomingMessage,
): void {
  const { "if-none-match": ifNoneMatch, "if-match": ifMatch } = request.headers;
  if (ifNoneMatch === undefined && ifMatch === undefined) return;
  if (fake.options.knowsConditions === false) throw new S3Answer(501, "NotImplemented");
  const current = fake.objects.get(key);
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch !== "*") throw new S3Answer(501, "NotImplemented");
    if (current !== undefined) throw new S3Answer(412, "PreconditionFailed");
  }
  if (ifMatch === undefined) return;
  if (current === undefined) throw new S3Answer(404, "NoSuchKey");
  if (current.etag !== ifMatch) throw new S3Answer(412, "PreconditionFailed");
}

function get(
  fake: Omit<FakeS3, "url" | "close">,
  key: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const object = fake.objects.get(key);
  if (object === undefined) {
    throw fake.options.mayList === false ? new S3Answer(403, "AccessDenied") : new S3Answer(404, "NoSuchKey");
  }
  answer(response, 200, object.bytes, {
    ...object.headers,
    etag: object.etag,
    "last-modified": new Date(object.modifiedMs).toUTCString(),
    ...(request.headers["x-amz-checksum-mode"] === "ENABLED"
      ? { "x-amz-checksum-sha256": object.sha256, "x-amz-checksum-type": "FULL_OBJECT" }
      : {}),
  });
}

function list(fake: Omit<FakeS3, "url" | "close">, url: URL, response: ServerResponse): void {
  if (fake.options.mayList === false) throw new S3Answer(403, "AccessDenied");
  const prefix = url.searchParams.get("prefix") ?? "";
  const after = url.searchParams.get("continuation-token") ?? "";
  const keys = [...fake.objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
  const page = keys.slice(0, fake.options.pageSize ?? 1000);
  const next = page.length < keys.length ? page.at(-1) : undefined;
  const contents = page.map((key) => `<Contents><Key>${escapeXml(key)}</Key></Contents>`).join("");
  const token = next === undefined ? "" : `<NextContinuationToken>${escapeXml(next)}</NextContinuationToken>`;
  const body = `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>${FAKE_BUCKET}</Name><IsTruncated>${next !== undefined}</IsTruncated>${token}${contents}</ListBucketResult>`;
  answer(response, 200, body, { "content-type": "application/xml" });
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
