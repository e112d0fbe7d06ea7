import { temporaryDirectory } from "../../src/base/files.ts";
import { MINIO_CREDENTIALS } from "./minio.ts";
import { freePort, startServerProcess } from "./server-process.ts";
import { requireTool } from "./tools.ts";

export interface Athens {
  readonly url: string;
  close(): Promise<void>;
}

/** A real Athens that serves a bucket and asks nobody else. */
export async function startAthens(s3Endpoint: string, bucket: string): Promise<Athens> {
  return await start({
    ATHENS_STORAGE_TYPE: "s3",
    ATHENS_S3_BUCKET_NAME: bucket,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: MINIO_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: MINIO_CREDENTIALS.secretAccessKey,
    AWS_ENDPOINT: s3Endpoint,
    AWS_FORCE_PATH_STYLE: "true",
    ATHENS_NETWORK_MODE: "offline",
    ATHENS_DOWNLOAD_MODE: "none",
  });
}

/** A real Athens that keeps in memory what it is asked for, and fetches it through `goproxy` with its own go. */
export async function startCachingAthens(goproxy: string): Promise<Athens> {
  return await start({
    ATHENS_STORAGE_TYPE: "memory",
    ATHENS_NETWORK_MODE: "strict",
    ATHENS_DOWNLOAD_MODE: "sync",
    ATHENS_GO_BINARY_ENV_VARS: `GOPROXY=${goproxy};GOSUMDB=off;GOTOOLCHAIN=local;GOFLAGS=-modcacherw`,
  });
}

async function start(settings: Readonly<Record<string, string>>): Promise<Athens> {
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
      ATHENS_LOG_LEVEL: "info",
      ...settings,
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
