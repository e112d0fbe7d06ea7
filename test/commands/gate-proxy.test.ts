import { afterEach, describe, expect, test } from "vitest";
import { goMod } from "../policy/harness.ts";
import { createRepository, temporaryFolder } from "../source/git-fixture.ts";
import { answer, type RunningServer, startServer } from "../support/http-fixture.ts";
import { type Ran, run } from "../support/run-command.ts";

const hash = "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
const policy = "licences: { allow: [MIT] }\n";
const required = "example.com/new@v1.0.0";

/** A change that adds a dependency, with a policy that wants to know its licence. */
const addsDependency = () =>
  createRepository(temporaryFolder(), [
    { files: { "go.mod": goMod(), "m.go": "package m\n", "modwharf.yaml": policy } },
    {
      files: {
        "go.mod": goMod("require example.com/new v1.0.0"),
        "go.sum": `example.com/new v1.0.0 ${hash}\nexample.com/new v1.0.0/go.mod ${hash}\n`,
        "m.go": 'package m\n\nimport _ "example.com/new"\n',
        "modwharf.yaml": policy,
      },
    },
  ]);

const servers: RunningServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const gate = (goproxy: string): Promise<Ran> => {
  const env = { PATH: process.env.PATH, GOPROXY: goproxy, GOMODCACHE: temporaryFolder() };
  return run("gate", { base: "HEAD~1" }, { cwd: addsDependency(), env, platform: "github" });
};

/** The URL of a proxy that answers everything with one status. */
async function proxyOf(status: number): Promise<string> {
  const server = await startServer((_request, response) => answer(response, status, "said so"));
  servers.push(server);
  return server.url;
}

describe("a new dependency that no proxy tells anything about", () => {
  test.each([
    ["GOPROXY=off", async () => "off", /GOPROXY=off.*retracted.*licence is not known/],
    ["a proxy without it (404)", () => proxyOf(404), /^no proxy of GOPROXY has it.*licence is not known/],
    ["a proxy without it any more (410)", () => proxyOf(410), /^no proxy of GOPROXY has it/],
    [
      "no proxy behind one without it",
      async () => `${await proxyOf(404)},off`,
      /^no proxy of GOPROXY has it/,
    ],
    ["direct behind one without it", async () => `${await proxyOf(404)},direct`, /direct keeps it/],
  ])("%s: is listed as not checked, in the verdict too", async (_name, goproxy, reason) => {
    const { exitCode, json, summary } = await gate(await goproxy());
    expect(exitCode).toBe(0);
    const module = String(reason).includes("direct") ? "example.com/new" : required;
    expect(json.notAsked).toEqual([{ module, reason: expect.stringMatching(reason) }]);
    expect(summary).toContain("Nothing blocks in 1 module; not checked: 1 module\n");
  });

  test.each([
    ["a proxy that refuses everything (403)", 403, "REMOTE_AUTH"],
    ["a proxy that wants a password (401)", 401, "REMOTE_AUTH"],
    ["a proxy that is not one (400)", 400, "REMOTE"],
  ])("%s: an error, never a pass", async (_name, status, code) => {
    const { exitCode, json } = await gate(await proxyOf(status));
    expect(exitCode).toBe(3);
    expect(json.error.code).toBe(code);
  });
});
