import { afterEach, describe, expect, test, vi } from "vitest";
import { redact } from "../../src/base/redact.ts";
import { trustCaFiles } from "../../src/platform/trust-ca.ts";
import { requireIdToken } from "../../src/platform/web-identity.ts";
import { capturedPlatform } from "../support/captured.ts";
import { answerJson, startServer } from "../support/http-fixture.ts";

function token(aud: unknown): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "RS256" })}.${part({ aud, sub: "project_path:g/p" })}.c2lnbmF0dXJl`;
}

const AUDIENCE = "sts.amazonaws.com";

describe("the identity of a job", () => {
  afterEach(() => vi.unstubAllEnvs());

  test("on GitLab comes from the job's id_tokens", async () => {
    const value = token("sts.amazonaws.com");
    const { platform } = await capturedPlatform({ GITLAB_CI: "true", MODWHARF_ID_TOKEN: value });
    expect(await requireIdToken(platform, AUDIENCE)).toBe(value);
    expect(redact(`token ${value}`)).toBe("token ***");
  });

  test("on GitHub is asked of the runner, for the audience", async () => {
    const value = token("sts.amazonaws.com");
    const asked: (string | undefined)[] = [];
    const server = await startServer((request, response) => {
      asked.push(`${request.url} ${request.headers.authorization}`);
      answerJson(response, 200, { value });
    });
    const { platform, stdout } = await capturedPlatform({
      GITHUB_ACTIONS: "true",
      ACTIONS_ID_TOKEN_REQUEST_URL: `${server.url}/token?v=1`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "request-token",
    });
    expect(await requireIdToken(platform, AUDIENCE)).toBe(value);
    expect(asked).toEqual(["/token?v=1&audience=sts.amazonaws.com Bearer request-token"]);
    expect(stdout()).toContain(`::add-mask::${value}`);
    await server.close();
  });

  test.each([
    [
      "nothing",
      undefined,
      /MODWHARF_ID_TOKEN is not set; declare it under id_tokens with aud: sts.amazonaws.com/,
    ],
    [
      "a token for somebody else",
      token("https://vault.example"),
      /made for https:\/\/vault.example, not for sts/,
    ],
    ["something else", "not-a-token", /is not a JSON web token/],
  ])("is refused for %s", async (_, value, message) => {
    const { platform } = await capturedPlatform({ GITLAB_CI: "true", MODWHARF_ID_TOKEN: value });
    const refused = requireIdToken(platform, AUDIENCE);
    await expect(refused).rejects.toMatchObject({ code: "USAGE", actual: expect.stringMatching(message) });
  });
});

describe("CA files", () => {
  test("are trusted by other people's HTTP as well, where Node can", async () => {
    const trusted: string[][] = [];
    const tls = { setDefaultCACertificates: (certificates: string[]) => void trusted.push(certificates) };
    trustCaFiles({}, tls);
    expect(trusted).toEqual([]);
    trustCaFiles({ SSL_CERT_FILE: import.meta.filename }, tls);
    expect(trusted[0]!.length).toBeGreaterThan(100);
    expect(trusted[0]!.at(-1)).toContain("import.meta.filename");
    trustCaFiles({ SSL_CERT_FILE: import.meta.filename }, {});
  });
});
