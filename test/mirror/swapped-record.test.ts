import { afterEach, beforeEach, expect, test } from "vitest";
import { type ModuleWorld, moduleWorld, sumLines } from "../support/module-world.ts";
import { run } from "../support/run-command.ts";

let world: ModuleWorld;
beforeEach(async () => {
  world = await moduleWorld();
});
afterEach(() => world.dispose());

/*
 * Whoever stands before the checksum database cannot forge a record, but can answer with another module's, which is as
 * genuine: it says nothing about the module that was asked for, and so nothing against a hash in go.sum.
 */
test("another module's record in place of the right one vouches for nothing", async () => {
  await world.add("a.example/one", "v1.0.0");
  await world.add("b.example/two", "v1.0.0");
  const evil = await world.add("a.example/one", "v1.0.0", { files: { "evil.go": "" }, log: false });
  const lookup = (name: string) => `sumdb/${world.database.verifier.name}/lookup/${name}@v1.0.0`;
  world.proxy.files[lookup("a.example/one")] = world.proxy.files[lookup("b.example/two")]!;
  await world.write({
    "go.mod": "module example.com/app\n\ngo 1.21\n\nrequire a.example/one v1.0.0\n",
    "go.sum": sumLines(evil),
  });
  const options = { cwd: world.dir, env: { PATH: process.env.PATH!, ...world.env } };
  for (const raw of [
    ["mirror", { to: "file:./store" }],
    ["bundle", { operation: "create", output: "x.tar" }],
  ] as const) {
    const ran = await run(raw[0], raw[1], options);
    expect(ran).toMatchObject({ exitCode: 4, json: { error: { code: "LOG_UNVERIFIED" } } });
  }
});
