import { afterEach, describe, expect, it, vi } from "vitest";
import { HttpClient } from "../../src/base/http.ts";
import { S3Connection } from "../../src/store/s3-client.ts";
import { answer, bodyOf, startServer } from "../support/http-fixture.ts";

const STS = "https://sts.amazonaws.com/doc/2011-06-15/";
const keys = (expiration: string) =>
  `<AssumeRoleWithWebIdentityResponse xmlns="${STS}"><AssumeRoleWithWebIdentityResult><Credentials>` +
  `<AccessKeyId>AKIDTEMPORARY</AccessKeyId><SecretAccessKey>temporary</SecretAccessKey><SessionToken>session</SessionToken>` +
  `<Expiration>${expiration}</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`;

describe("an S3 store with a CI job's identity", () => {
  afterEach(() => vi.unstubAllEnvs());

  it("exchanges a fresh token for short-lived keys at the first request, and signs with those", async () => {
    const exchanges: URLSearchParams[] = [];
    const signatures: string[] = [];
    const sts = await startServer(async (request, response) => {
      exchanges.push(new URLSearchParams((await bodyOf(request)).toString("utf8")));
      answer(response, 200, keys("2099-01-01T00:00:00Z"), { "content-type": "text/xml" });
    });
    const s3 = await startServer((request, response) => {
      signatures.push(request.headers.authorization ?? "");
      answer(response, 200, "");
    });
    vi.stubEnv("AWS_ENDPOINT_URL_STS", sts.url);
    const http = new HttpClient({ connection: {}, userAgent: "test" });
    let tokens = 0;
    const token = async () => `token-${++tokens}`;
    const roleArn = "arn:aws:iam::123456789012:role/publish";
    const options = {
      http,
      endpoint: s3.url,
      region: "eu-central-1",
      pathStyle: true,
      webIdentity: { roleArn, token },
    };
    const connection = new S3Connection(options);
    expect(tokens).toBe(0);
    const head = () =>
      connection.send("k", [], ({ client, sdk }) =>
        client.send(new sdk.HeadObjectCommand({ Bucket: "b", Key: "k" })),
      );
    await head();
    await head();
    expect(exchanges.map((form) => [form.get("RoleArn"), form.get("WebIdentityToken")])).toEqual([
      [roleArn, "token-1"],
    ]);
    expect(signatures).toHaveLength(2);
    for (const signature of signatures) expect(signature).toContain("Credential=AKIDTEMPORARY/");
    await connection.close();
    await http.close();
    await Promise.all([sts.close(), s3.close()]);
  });
});
