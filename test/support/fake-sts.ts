import { FAKE_S3_CREDENTIALS } from "./fake-s3.ts";
import { answer, bodyOf, startServer } from "./http-fixture.ts";

export interface FakeSts {
  url: string;
  /** The form of each AssumeRoleWithWebIdentity. */
  calls: URLSearchParams[];
  close(): Promise<void>;
}

/** AWS's token service, which gives the S3 fake's credentials to whoever shows a web identity token. */
export async function startFakeSts(): Promise<FakeSts> {
  const calls: URLSearchParams[] = [];
  const server = await startServer(async (request, response) => {
    const form = new URLSearchParams((await bodyOf(request)).toString("utf8"));
    calls.push(form);
    const known = form.get("Action") === "AssumeRoleWithWebIdentity" && form.get("WebIdentityToken");
    answer(response, known ? 200 : 400, known ? credentials() : "", { "content-type": "text/xml" });
  });
  return { url: server.url, calls, close: server.close };
}

function credentials(): string {
  const { accessKeyId, secretAccessKey } = FAKE_S3_CREDENTIALS;
  const expiration = new Date(Date.now() + 3_600_000).toISOString();
  return `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>${accessKeyId}</AccessKeyId>
<SecretAccessKey>${secretAccessKey}</SecretAccessKey><SessionToken>session</SessionToken>
<Expiration>${expiration}</Expiration></Credentials></AssumeRoleWithWebIdentityResult>
</AssumeRoleWithWebIdentityResponse>`;
}

/** A JSON web token that nobody signed; the receiver would check that, a fake does not. */
export function unsignedToken(audience: string): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "RS256" })}.${part({ aud: audience, sub: "project_path:acme/greet" })}.c2lnbmF0dXJl`;
}
