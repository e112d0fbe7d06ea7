import { afterEach, beforeEach, expect, test } from "vitest";
import { type Athens, startCachingAthens } from "../support/athens.ts";
import type { FakeModule } from "../support/fake-module.ts";
import { type ModuleWorld, modLine, moduleWorld, sumLines } from "../support/module-world.ts";
import { type Ran, run } from "../support/run-command.ts";
import { describeWithTools } from "../support/tools.ts";

/* A real Athens is made to fetch what go.sum names, and what it serves then is held against go.sum. */

describeWithTools(["go", "athens"], "warm --remote fills Athens and proves what it serves", () => {
  let world: ModuleWorld;
  let athens: Athens;
  let one: FakeModule;
  let two: FakeModule;

  beforeEach(async () => {
    world = await moduleWorld();
    one = await world.add("a.example/One", "v1.0.0", { log: false });
    two = await world.add("b.example/two/v2", "v2.1.0", { log: false });
    const graphOnly = await world.add("c.example/three", "v0.1.0", { log: false });
    const requires = [one, two].map(({ module }) => `require ${module.path} ${module.version}\n`);
    await world.write({
      "go.mod": `module example.com/app\n\ngo 1.21\n\n${requires.join("")}`,
      "go.sum": sumLines(one) + sumLines(two) + modLine(graphOnly),
    });
    athens = await startCachingAthens(world.proxy.url);
  });
  afterEach(async () => {
    await athens.close();
    await world.dispose();
  });

  const remote = (): Promise<Ran> =>
    run("warm", { remote: athens.url }, { cwd: world.dir, env: { PATH: process.env.PATH!, ...world.env } });

  test("everything is proven, and from then on served without the proxy behind it", async () => {
    expect(await remote()).toMatchObject({
      exitCode: 0,
      json: { modules: 3, proven: 3, missing: [], altered: [], failed: [] },
    });
    for (const file of Object.keys(world.proxy.files)) delete world.proxy.files[file];
    expect(await remote()).toMatchObject({ exitCode: 0, json: { proven: 3 } });
  });

  test("a version that it cannot get is missing (3), one with other content altered (4)", async () => {
    delete world.proxy.files["b.example/two/v2/@v/v2.1.0.zip"];
    expect(await remote()).toMatchObject({
      exitCode: 3,
      json: { proven: 2, missing: ["b.example/two/v2@v2.1.0"], altered: [] },
    });
    await athens.close();
    const evil = await world.add("a.example/One", "v1.0.0", {
      log: false,
      files: { "evil.go": "package evil\n" },
    });
    expect(evil.h1).not.toBe(one.h1);
    athens = await startCachingAthens(world.proxy.url);
    expect(await remote()).toMatchObject({
      exitCode: 4,
      json: { proven: 1, missing: ["b.example/two/v2@v2.1.0"], altered: ["a.example/One@v1.0.0"] },
    });
  });
});
