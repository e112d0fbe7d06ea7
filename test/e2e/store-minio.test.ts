import { GetObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { afterAll, beforeAll } from "vitest";
import { HttpClient } from "../../src/base/http.ts";
import { S3Backend } from "../../src/store/s3.ts";
import { countWrites } from "../contract/count-writes.ts";
import { describeStoreContract, type StorePlace } from "../contract/store.contract.ts";
import { MINIO_CREDENTIALS, type Minio, startMinio } from "../support/minio.ts";
import { describeWithTools } from "../support/tools.ts";

/* The suite that the S3 fake passes, against a real server: conditions, checksums and signatures are its own. */
describeWithTools(["minio"], "MinIO", () => {
  let minio: Minio;
  let places = 0;
  beforeAll(async () => {
    minio = await startMinio();
    await minio.createBucket("contract");
  });
  afterAll(() => minio.close());

  for (const layout of ["goproxy", "athens"] as const) {
    describeStoreContract(`s3 on MinIO, layout ${layout}`, async (): Promise<StorePlace> => {
      const prefix = `place-${++places}`;
      const counter = { writes: 0 };
      const http = new HttpClient({ connection: {}, userAgent: "modwharf-test" });
      const location = {
        bucket: "contract",
        prefix,
        layout,
        endpoint: minio.url,
        pathStyle: true,
        writes: "conditional",
      } as const;
      return {
        open: () => countWrites(new S3Backend(location, { http, credentials: MINIO_CREDENTIALS }), counter),
        writes: () => counter.writes,
        age: undefined,
        snapshot: () => contentsBelow(minio, prefix),
        dispose: () => http.close(),
      };
    });
  }
});

async function contentsBelow({ client }: Minio, prefix: string): Promise<Record<string, string>> {
  const listed = await client.send(new ListObjectsV2Command({ Bucket: "contract", Prefix: `${prefix}/` }));
  const contents: Record<string, string> = {};
  for (const { Key } of listed.Contents ?? []) {
    const object = await client.send(new GetObjectCommand({ Bucket: "contract", Key: Key! }));
    contents[Key!.slice(prefix.length)] = await object.Body!.transformToString("base64");
  }
  return contents;
}
