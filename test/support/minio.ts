import { temporaryDirectory } from "../../src/base/files.ts";
import { freePort, startServerProcess } from "./server-process.ts";
import { requireTool } from "./tools.ts";

export const MINIO_CREDENTIALS = { accessKeyId: "minio-admin", secretAccessKey: "minio-admin-secret" };

export interface Minio {
  url: string;
  /** Creates a bucket; with `publicRead` anybody may read its objects, which makes it a static GOPROXY. */
  createBucket(name: string, publicRead?: boolean): Promise<void>;
  client: import("@aws-sdk/client-s3").S3Client;
  close(): Promise<void>;
}

/** A real MinIO on an empty folder. */
export async function startMinio(): Promise<Minio> {
  const data = await temporaryDirectory();
  const port = await freePort();
  const server = await startServerProcess({
    command: requireTool("minio"),
    args: [
      "server",
      data.path,
      "--address",
      `127.0.0.1:${port}`,
      "--console-address",
      `127.0.0.1:${await freePort()}`,
    ],
    env: {
      HOME: data.path,
      MINIO_ROOT_USER: MINIO_CREDENTIALS.accessKeyId,
      MINIO_ROOT_PASSWORD: MINIO_CREDENTIALS.secretAccessKey,
    },
    ready: /API: http/,
  });
  const url = `http://127.0.0.1:${port}`;
  const sdk = await import("@aws-sdk/client-s3");
  const client = new sdk.S3Client({
    endpoint: url,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: MINIO_CREDENTIALS,
  });
  return {
    url,
    client,
    createBucket: async (name, publicRead = false) => {
      await client.send(new sdk.CreateBucketCommand({ Bucket: name }));
      if (!publicRead) return;
      const policy = { Version: "2012-10-17", Statement: [publicReadOf(name)] };
      await client.send(new sdk.PutBucketPolicyCommand({ Bucket: name, Policy: JSON.stringify(policy) }));
    },
    close: async () => {
      client.destroy();
      await server.stop();
      await data.dispose();
    },
  };
}

/** Listing allowed too: without it a missing key is 403 to anybody, and `go` stops there. */
function publicReadOf(bucket: string): object {
  return {
    Effect: "Allow",
    Principal: { AWS: ["*"] },
    Action: ["s3:GetObject", "s3:ListBucket"],
    Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
  };
}
