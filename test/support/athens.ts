import { temporaryDirectory } from "../../src/base/files.ts";
import { MINIO_CREDENTIALS } from "./minio.ts";
import { freePort, startServerProcess } from "./server-process.ts";
import { requireTool } from "./tools.ts";

/** A real Athens that serves a bucket and asks nobody else. */
export async function startAthens(
  s3Endpoint: string,
  bucket: string,
): Promise<{ url: string; close(): Promise<void> }> {
  const scratch = await temporaryDirectory();
  const port = await freePort();
  const server = await startServerProcess({
    command: requireTool("athens"),
    args: [],
    env: {
      HOME: scratch.path,
      TMPDIR: scratch.path,
      ATHENS_PORT: `127.0.0.1:${port}`,
      ATHENS_GO_BINARY_PATH: requireTool("go"),
      ATHENS_GOGET_DIR: scratch.path,
      ATHENS_STORAGE_TYPE: "s3",
      ATHENS_S3_BUCKET_NAME: bucket,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: MINIO_CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: MINIO_CREDENTIALS.secretAccessKey,
      AWS_ENDPOINT: s3Endpoint,
      AWS_FORCE_PATH_STYLE: "true",
      ATHENS_NETWORK_MODE: "offline",
      ATHENS_DOWNLOAD_MODE: "none",
      ATHENS_LOG_LEVEL: "info",
    },
    ready: /Starting application|starting application/i,
  });
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      await server.stop();
      await scratch.dispose();
    },
  };
}
