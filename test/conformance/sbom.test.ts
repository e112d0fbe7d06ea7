import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import addFormatsModule from "ajv-formats";
import { afterAll, beforeAll, expect, test } from "vitest";
import { temporaryDirectory } from "../../src/base/files.ts";
import { run } from "../support/run-command.ts";
import { describeWithTools, requireTool } from "../support/tools.ts";
import { goEnv } from "../support/xmod.ts";

/** A module that carries the schema of SPDX 2.3. */
const SCHEMA = { module: "github.com/anchore/syft@v1.20.0", file: "schema/spdx-json/spdx-schema-2.3.json" };
/** A real program with replaced modules, and more than a hundred that are not. */
const PROJECT = "github.com/cosmos/cosmos-sdk@v0.47.5";

describeWithTools(["go"], "bills of materials", () => {
  let dir: string;
  let dispose: () => Promise<void>;

  const sourceOf = (module: string): string =>
    JSON.parse(
      execFileSync(requireTool("go"), ["mod", "download", "-json", module], {
        cwd: dir,
        env: goEnv,
        encoding: "utf8",
      }),
    ).Dir;

  beforeAll(async () => {
    ({ path: dir, dispose } = await temporaryDirectory());
    for (const name of ["go.mod", "go.sum"]) {
      writeFileSync(join(dir, name), readFileSync(join(sourceOf(PROJECT), name)));
    }
  });
  afterAll(() => dispose());

  test("SPDX is valid by its schema", async () => {
    const ran = await run("sbom", { standard: "spdx", output: "sbom.json" }, { cwd: dir, env: {} });
    expect(ran.json.modules).toBeGreaterThan(100);
    const ajv = new Ajv({ strict: false, allErrors: true });
    (addFormatsModule as unknown as (ajv: Ajv) => void)(ajv);
    const schema = readFileSync(join(sourceOf(SCHEMA.module), SCHEMA.file), "utf8");
    const validate = ajv.compile(JSON.parse(schema));
    const document = JSON.parse(readFileSync(join(dir, "sbom.json"), "utf8"));
    validate(document);
    expect(validate.errors).toBeNull();
    expect(validate({ ...document, packages: [{ name: "no id" }] })).toBe(false);
  });

  test("CycloneDX lists the modules that go lists", async () => {
    await run("sbom", { output: "sbom.json" }, { cwd: dir, env: {} });
    const listed = execFileSync(requireTool("go"), ["mod", "edit", "-json"], {
      cwd: dir,
      env: goEnv,
      encoding: "utf8",
    });
    const goMod = JSON.parse(listed) as { Require: { Path: string }[]; Replace: { Old: { Path: string } }[] };
    const replaced = new Set(goMod.Replace.map(({ Old }) => Old.Path));
    const kept = goMod.Require.map(({ Path }) => Path).filter((path) => !replaced.has(path));
    const bill = JSON.parse(readFileSync(join(dir, "sbom.json"), "utf8")) as {
      components: { name: string }[];
    };
    const names = new Set(bill.components.map(({ name }) => name));
    expect(kept.filter((path) => !names.has(path))).toEqual([]);
  });
});
