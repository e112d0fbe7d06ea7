import { afterEach, describe, expect, test } from "vitest";
import { goMod } from "../policy/harness.ts";
import { createRepository, temporaryFolder } from "../source/git-fixture.ts";
import { type FakeOsv, type FakeOsvOptions, type OsvEntry, startFakeOsv } from "../support/fake-osv.ts";
import { run } from "../support/run-command.ts";

const servers: FakeOsv[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const entry = (id: string, name: string, fixed: string): OsvEntry => ({
  id,
  affected: [
    {
      package: { name, ecosystem: "Go" },
      ranges: [{ type: "SEMVER", events: [{ introduced: "0" }, { fixed }] }],
    },
  ],
});
const entries = [
  entry("GO-2026-1", "example.com/a", "1.1.0"),
  entry("GO-2026-2", "stdlib", "1.22.4"),
  entry("GO-2026-3", "private.example.com/b", "9.0.0"),
];
const head = goMod(
  "require (\n\texample.com/a v1.0.0\n\tprivate.example.com/b v1.0.0\n)",
  "example.com/m",
  "1.22.3",
);
const sums = ["a", "b"].map(
  (name) =>
    `${name === "a" ? "example.com/a" : "private.example.com/b"} v1.0.0/go.mod h1:${"A".repeat(43)}=\n`,
);

/** The gate on a change that adds two requirements, with a policy that names the fake API. */
async function gate(options: Partial<FakeOsvOptions> = {}, more = "", raw: Record<string, string> = {}) {
  const server = await startFakeOsv({ entries, ...options });
  servers.push(server);
  const policy = `vulnerabilities: { api: "${server.url}"${more} }\n`;
  const files = { "go.mod": head, "go.sum": sums.join(""), "modwharf.yaml": policy };
  const dir = createRepository(temporaryFolder(), [{ files: { "go.mod": goMod() } }, { files }]);
  // A proxy list of nobody: only vulnerabilities are asked for.
  const env = { PATH: process.env.PATH, GOPROXY: "off", GOPRIVATE: "private.example.com" };
  const ran = await run("gate", { base: "HEAD~1", ...raw }, { cwd: dir, env });
  return { server, ran };
}

const vulnerable = (json: { findings: { rule: string; subject: string }[] }) =>
  json.findings
    .filter(({ rule }) => rule.startsWith("vulnerable"))
    .map(({ rule, subject }) => `${rule} ${subject}`);

describe("vulnerabilities from an API", () => {
  test("block by name and fix, and no private name leaves", async () => {
    const { server, ran } = await gate();
    expect(ran.exitCode, JSON.stringify(ran.json.error)).toBe(1);
    expect(vulnerable(ran.json)).toEqual([
      "vulnerable-dependency example.com/a GO-2026-1",
      "vulnerable-toolchain go 1.22.3",
    ]);
    expect(server.queries).not.toContainEqual(expect.stringContaining("private.example.com"));
    expect(ran.json.notAsked).toContainEqual({
      module: "private.example.com/b",
      reason: "private: its name is not told to the vulnerability API",
    });
  });

  test("an API that refuses is an error, never a pass", async () => {
    const { ran } = await gate({ faults: [{ status: 400, body: '{"code":3,"message":"Invalid query."}' }] });
    expect(ran.exitCode).toBe(3);
    expect(ran.json.error).toMatchObject({ code: "REMOTE" });
    expect(ran.json.error.actual).toContain("Invalid query.");
  });

  test("or is listed as not checked, when the policy says so", async () => {
    const { ran } = await gate({ faults: [{ status: 400 }] }, ", onFailure: report");
    expect(vulnerable(ran.json)).toEqual([]);
    const told = ran.json.unchecked.filter(({ rule }: { rule: string }) => rule.startsWith("vulnerable"));
    expect(told.map(({ rule }: { rule: string }) => rule)).toEqual([
      "vulnerable-dependency",
      "vulnerable-dependency-unconfirmed",
      "vulnerable-toolchain",
    ]);
    expect(told[0].reason).toContain("the vulnerability API refuses the question");
  });

  test("offline nobody is asked, and the report says so", async () => {
    const { server, ran } = await gate({}, "", { offline: "true" });
    expect(server.requests).toEqual([]);
    expect(ran.json.unchecked).toContainEqual({
      rule: "vulnerable-dependency",
      reason: "offline: the vulnerability API was not asked",
    });
  });
});
