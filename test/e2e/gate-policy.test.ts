import { execFile, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { goMod } from "../policy/harness.ts";
import { createRepository, temporaryFolder } from "../source/git-fixture.ts";
import { makeThrowawayCa, type ThrowawayCa } from "../support/connect-proxy.ts";
import { answer, type RunningServer, startServer } from "../support/http-fixture.ts";
import { describeWithTools } from "../support/tools.ts";

const root = join(import.meta.dirname, "../..");
const policy = "rules: { replace-local: note }\n";
const sha256 = createHash("sha256").update(policy).digest("hex");

describeWithTools(["git", "openssl"], "the bundled gate and policies from a server", () => {
  let ca: ThrowawayCa;
  let bundle: string;
  let server: RunningServer;
  const routes: Readonly<Record<string, RequestListener>> = {
    "/org.yaml": (_request, response) => answer(response, 200, policy),
    "/absent.yaml": (_request, response) => answer(response, 404, "no such page"),
    "/private.yaml": (_request, response) => answer(response, 403, "not for you"),
    "/large.yaml": (_request, response) => answer(response, 200, `# ${"x".repeat(3 * 2 ** 20)}\n`),
    "/endless.yaml": (_request, response) => {
      const chunk = Buffer.alloc(64 * 1024, "#");
      const more = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on("drain", more);
      more();
    },
    "/moved.yaml": (_request, response) => answer(response, 302, "", { location: "/org.yaml" }),
    "/plain.yaml": (request, response) =>
      answer(response, 302, "", { location: `http://${request.headers.host}/org.yaml` }),
    "/circle.yaml": (_request, response) => answer(response, 302, "", { location: "/circle.yaml" }),
    "/page.yaml": (_request, response) => answer(response, 200, "<!DOCTYPE html><html>sign in</html>"),
  };

  beforeAll(async () => {
    ca = makeThrowawayCa(["localhost"]);
    server = await startServer((request, response) => routes[request.url ?? ""]!(request, response), ca);
    const built = mkdtempSync(join(tmpdir(), "modwharf-bundle-"));
    bundle = join(built, "dist");
    execFileSync(process.execPath, [join(root, "scripts/build.mjs"), bundle], { stdio: "pipe" });
  });
  afterAll(async () => {
    rmSync(dirname(bundle), { recursive: true, force: true });
    await server.close();
  });

  interface Ran {
    exitCode: number;
    seconds: number;
    json: { findings: { rule: string; level: string }[]; error: Record<string, string> };
  }

  /** Runs the bundle on a change that adds a local replace, under this policy. */
  async function gate(text: string): Promise<Ran> {
    const dir = createRepository(temporaryFolder(), [
      { files: { "go.mod": goMod() } },
      { files: { "go.mod": goMod("require example.com/a v1.0.0\n\nreplace example.com/a => ../a") } },
    ]);
    writeFileSync(join(dir, "p.yaml"), text);
    const options = ["--base", "HEAD~1", "--policy", "p.yaml", "--offline", "--json"];
    const args = [join(bundle, "modwharf.js"), "gate", ...options];
    const env = { PATH: process.env.PATH, SSL_CERT_FILE: ca.caFile };
    const start = performance.now();
    return new Promise((resolve) => {
      execFile(process.execPath, args, { cwd: dir, env }, (error, stdout) => {
        const seconds = (performance.now() - start) / 1000;
        resolve({ exitCode: Number(error?.code ?? 0), seconds, json: JSON.parse(stdout) });
      });
    });
  }

  const extending = (path: string) =>
    gate(`extends: { from: "${server.url}${path}", sha256: "${sha256}" }\n`);

  test.each(["/org.yaml", "/moved.yaml"])("%s with the pinned content counts", async (path) => {
    const { exitCode, json } = await extending(path);
    expect(exitCode).toBe(0);
    expect(json.findings).toMatchObject([{ rule: "replace-local", level: "note" }]);
  });

  test.each([
    ["/absent.yaml", "REMOTE_NOT_FOUND", /the server answers 404 .*Fix: correct extends\.from in p\.yaml/],
    ["/private.yaml", "REMOTE_AUTH", /the server answers 403 .*not for you.*Fix: check that a credential/],
    ["/large.yaml", "REMOTE_BAD_ANSWER", /too large .*at most 1048576 bytes.*extends\.from in p\.yaml/],
    ["/endless.yaml", "REMOTE_BAD_ANSWER", /too large .*at most 1048576 bytes/],
    ["/plain.yaml", "REMOTE_BAD_ANSWER", /from a secure URL to an insecure one .*expected an https URL/],
    ["/circle.yaml", "REMOTE", /the server answers 302/],
  ])("%s is an error that says so", async (path, code, message) => {
    const { exitCode, json } = await extending(path);
    expect(exitCode).toBe(3);
    expect(json.error).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(json.error.message).toMatch(/^the extended policy cannot be fetched: .*127\.0\.0\.1/);
  });

  test("/page.yaml, another content than the pinned one, is an integrity error with both hashes", async () => {
    const { exitCode, json } = await extending("/page.yaml");
    expect(exitCode).toBe(4);
    expect(json.error).toMatchObject({ code: "HASH_MISMATCH", expected: `sha256 ${sha256}` });
    expect(json.error.fix).toContain("pin the new hash in p.yaml");
  });

  const list = (n: number, entry: (i: number) => string) =>
    Array.from({ length: n }, (_, i) => `    - ${entry(i)}\n`).join("");
  const stars = "*a".repeat(500);

  test.each<[string, string, string[] | undefined]>([
    [
      "500 path patterns of 1,000 characters each",
      `rules:\n  replace-local:\n    level: note\n    paths:\n${Array.from({ length: 500 }, (_, i) => `      "${stars.slice(4)}${i}": off\n`).join("")}`,
      ["replace-local"],
    ],
    [
      "900 waivers of 1,000 characters each",
      `waivers:\n${list(900, () => `{ rule: replace-local, subject: "${stars}", reason: r, owner: o, expires: "2099-01-01" }`)}`,
      ["replace-local"],
    ],
    [
      "900 module patterns with ranges of 300 alternatives",
      `dependencies:\n  deny:\n${list(900, () => `{ module: "${"*".repeat(90)}/...", versions: "${"1||".repeat(300)}1", reason: r }`)}`,
      ["replace-local"],
    ],
    ["a pattern that is too long", `dependencies: { allow: ["${stars}*"] }\n`, undefined],
    [
      "a range of 100,000 alternatives",
      `dependencies: { deny: [{ module: a.b/c, versions: "${"1||".repeat(100_000)}1", reason: r }] }\n`,
      undefined,
    ],
    ["nesting", `dependencies: ${"[".repeat(100_000)}\n`, undefined],
  ])("%s: answered within seconds", async (_name, text, rules) => {
    const { exitCode, seconds, json } = await gate(text);
    if (rules === undefined) {
      expect(exitCode).toBe(2);
      expect(json.error).toMatchObject({ code: "POLICY_INVALID" });
    } else expect(json.findings.map(({ rule }) => rule)).toEqual(expect.arrayContaining(rules));
    expect(seconds).toBeLessThan(30);
  });
});
