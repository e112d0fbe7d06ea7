import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Ajv } from "ajv";
import addFormatsModule from "ajv-formats";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { temporaryDirectory } from "../../src/base/files.ts";
import { purlOf } from "../../src/manifest/sbom/bill.ts";
import { type Ran, run } from "../support/run-command.ts";

const H1 = "h1:n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=";
const HEX = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const addFormats = addFormatsModule as unknown as (ajv: Ajv) => void;

let dir: string;
let dispose: () => Promise<void>;

beforeEach(async () => {
  ({ path: dir, dispose } = await temporaryDirectory());
  await write({
    "go.mod": `module main.example/app

go 1.22

require (
	github.com/Azure/one v1.0.0+incompatible
	b.example/two v1.2.0 // indirect
	c.example/three v0.1.0
	d.example/four v1.0.0
)

replace c.example/three => fork.example/three v0.1.1

replace d.example/four => ../four
`,
    "go.sum": [
      "github.com/Azure/one v1.0.0+incompatible",
      "b.example/two v1.2.0",
      "fork.example/three v0.1.1",
    ]
      .map((module) => `${module} ${H1}\n${module}/go.mod ${H1}\n`)
      .concat(`e.example/graph v1.0.0/go.mod ${H1}\n`)
      .join(""),
  });
});
afterEach(() => dispose());

async function write(files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), text);
  }
}

const sbom = (raw: Record<string, string> = {}, env: Record<string, string> = {}): Promise<Ran> =>
  run("sbom", raw, { cwd: dir, env });
const text = (name: string) => readFileSync(join(dir, name), "utf8");
// biome-ignore lint/suspicious/noExplicitAny: tests reach into the JSON document
const json = (name: string): any => JSON.parse(text(name));

/** Holds a document against a schema of the CycloneDX library. */
function problemsOf(document: unknown, version: string): unknown {
  const folder = join(
    dirname(createRequire(import.meta.url).resolve("@cyclonedx/cyclonedx-library/package.json")),
    "res/schema",
  );
  const schema = (name: string) => JSON.parse(readFileSync(join(folder, name), "utf8"));
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats(ajv);
  for (const name of ["idn-email", "iri-reference"]) ajv.addFormat(name, true);
  for (const name of [
    "spdx.SNAPSHOT.schema.json",
    "jsf-0.82.SNAPSHOT.schema.json",
    "cryptography-defs.SNAPSHOT.schema.json",
  ]) {
    ajv.addSchema({ ...schema(name), $id: `http://cyclonedx.org/schema/${name}` });
  }
  const validate = ajv.compile(schema(`bom-${version}.SNAPSHOT.schema.json`));
  return validate(document) ? [] : validate.errors;
}

describe("CycloneDX", () => {
  test.each(["1.4", "1.5", "1.6", "1.7"])("%s is valid by its schema", async (version) => {
    const ran = await sbom({ "spec-version": version });
    expect(ran.exitCode).toBe(0);
    const document = json("sbom.cdx.json");
    expect(document.specVersion).toBe(version);
    expect(problemsOf(document, version)).toEqual([]);
    expect(problemsOf({ ...document, components: [{ type: "library" }] }, version)).not.toEqual([]);
  });

  test("has each module of the build with its hash, and what replaces it", async () => {
    const ran = await sbom({ output: "out/bill.json" });
    expect(ran.json).toMatchObject({ output: "out/bill.json", modules: 3, withoutHash: 0, local: 1 });
    const { components, metadata, dependencies } = json("out/bill.json");
    const shown = components.map((one: Record<string, unknown>) => [one.name, one.version, one.purl]);
    expect(shown).toEqual([
      ["b.example/two", "v1.2.0", "pkg:golang/b.example/two@v1.2.0"],
      ["d.example/four", undefined, undefined],
      ["fork.example/three", "v0.1.1", "pkg:golang/fork.example/three@v0.1.1"],
      [
        "github.com/Azure/one",
        "v1.0.0+incompatible",
        "pkg:golang/github.com/azure/one@v1.0.0%2Bincompatible",
      ],
    ]);
    expect(components[0].hashes).toEqual([{ alg: "SHA-256", content: HEX }]);
    expect(components[2].properties).toContainEqual({
      name: "modwharf:replaces",
      value: "c.example/three@v0.1.0",
    });
    expect(metadata.component).toMatchObject({ name: "main.example/app", type: "application" });
    expect(dependencies.find(({ ref }: { ref: string }) => ref === "main.example/app").dependsOn).toEqual([
      "d.example/four => ../four",
      "fork.example/three@v0.1.1",
      "github.com/Azure/one@v1.0.0+incompatible",
    ]);
  });

  test("depends on the modules alone, and on SOURCE_DATE_EPOCH where that is given", async () => {
    await sbom({ output: "1" });
    await sbom({ output: "2" });
    expect(text("1")).toBe(text("2"));
    expect(text("1")).not.toContain("timestamp");
    await sbom({ output: "3" }, { SOURCE_DATE_EPOCH: "1700000000" });
    expect(json("3").metadata.timestamp).toBe("2023-11-14T22:13:20.000Z");
    expect((await sbom({}, { SOURCE_DATE_EPOCH: "yesterday" })).exitCode).toBe(2);
    await write({ "go.sum": text("go.sum").replace(H1, "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=") });
    await sbom({ output: "4" });
    expect(json("4").serialNumber).not.toBe(json("1").serialNumber);
  });
});

describe("SPDX", () => {
  test("describes the main module, which depends on each module", async () => {
    await sbom({ standard: "spdx" });
    const document = json("sbom.spdx.json");
    expect(document).toMatchObject({
      spdxVersion: "SPDX-2.3",
      creationInfo: {
        created: "1970-01-01T00:00:00Z",
        creators: [expect.stringMatching(/^Tool: modwharf-/)],
      },
    });
    const byName = new Map(document.packages.map((one: { name: string }) => [one.name, one]));
    expect(byName.get("github.com/Azure/one")).toMatchObject({
      versionInfo: "v1.0.0+incompatible",
      checksums: [{ algorithm: "SHA256", checksumValue: HEX }],
      externalRefs: [{ referenceLocator: "pkg:golang/github.com/azure/one@v1.0.0%2Bincompatible" }],
    });
    const ids = document.packages.map(({ SPDXID }: { SPDXID: string }) => SPDXID);
    expect(new Set(ids).size).toBe(5);
    for (const id of ids) expect(id).toMatch(/^SPDXRef-[A-Za-z0-9.-]+$/);
    expect(document.relationships).toHaveLength(1 + 4);
    for (const { spdxElementId, relatedSpdxElement } of document.relationships) {
      expect(["SPDXRef-DOCUMENT", ...ids]).toContain(spdxElementId);
      expect(ids).toContain(relatedSpdxElement);
    }
    await sbom({ standard: "spdx", output: "again" });
    expect(text("again")).toBe(text("sbom.spdx.json"));
  });

  test("a version of the other standard is refused", async () => {
    expect((await sbom({ standard: "spdx", "spec-version": "1.6" })).exitCode).toBe(2);
    expect((await sbom({ "spec-version": "2.3" })).exitCode).toBe(2);
  });
});

test("a list of modules is about no main module", async () => {
  await write({
    "ws/list.txt": "a.example/x@v1.0.0\n",
  });
  await sbom({ manifests: "ws/list.txt", output: "list.json" });
  expect(json("list.json").metadata.component).toBeUndefined();
  expect(json("list.json").components[0].hashes).toBeUndefined();
  await sbom({ manifests: "ws/list.txt", standard: "spdx", output: "list.spdx" });
  expect(json("list.spdx").relationships).toEqual([
    {
      spdxElementId: "SPDXRef-DOCUMENT",
      relationshipType: "DESCRIBES",
      relatedSpdxElement: expect.any(String),
    },
  ]);
});

test("each module of a workspace depends on what it requires itself, also on the other", async () => {
  const module = (name: string, ...requires: string[]) =>
    `module ${name}\n\ngo 1.22\n\nrequire (\n${requires.join("\n")}\n)\n`;
  await write({
    "ws/a/go.mod": module("a.example", "b.example v1.0.0", "b.example/two v1.2.0", "l.example v1.0.0"),
    "ws/b/go.mod": module(
      "b.example",
      "c.example/three v0.1.0",
      "l.example v1.0.0",
      "b.example/two v1.2.0 // indirect",
    ),
    "ws/a/go.sum": text("go.sum"),
  });
  await write({ "ws/a/go.mod": `${text("ws/a/go.mod")}replace l.example => ../l\n` });
  await write({ "ws/b/go.mod": `${text("ws/b/go.mod")}replace l.example => ../other\n` });
  const manifests = "ws/a/go.mod,ws/b/go.mod";
  await sbom({ manifests, output: "ws.json" });
  expect(problemsOf(json("ws.json"), "1.6")).toEqual([]);
  const dependsOn = (path: string) =>
    json("ws.json").dependencies.find(({ ref }: { ref: string }) => ref === path).dependsOn;
  expect(dependsOn("a.example")).toEqual(["b.example", "b.example/two@v1.2.0", "l.example => ../l"]);
  expect(dependsOn("b.example")).toEqual(["c.example/three@v0.1.0", "l.example => ../other"]);
  await sbom({ manifests, standard: "spdx", output: "ws.spdx" });
  const { packages, relationships } = json("ws.spdx");
  const nameOf = (id: string) => packages.find((one: { SPDXID: string }) => one.SPDXID === id).name;
  const edges = relationships
    .filter(({ relationshipType }: { relationshipType: string }) => relationshipType === "DEPENDS_ON")
    .map((one: Record<string, string>) => `${nameOf(one.spdxElementId!)} ${nameOf(one.relatedSpdxElement!)}`);
  expect(edges.sort()).toEqual([
    "a.example b.example",
    "a.example b.example/two",
    "a.example l.example",
    "b.example b.example/two",
    "b.example c.example/three",
    "b.example l.example",
  ]);
  expect(new Set(packages.map(({ SPDXID }: { SPDXID: string }) => SPDXID)).size).toBe(packages.length);
});

test.each([
  ["golang.org/x/net", "v0.1.0", "pkg:golang/golang.org/x/net@v0.1.0"],
  [
    "github.com/BurntSushi/toml",
    "v2.0.0+incompatible",
    "pkg:golang/github.com/burntsushi/toml@v2.0.0%2Bincompatible",
  ],
  ["example.com/a~b/_c", "", "pkg:golang/example.com/a~b/_c"],
])("the package URL of %s@%s", (path, version, purl) => {
  expect(purlOf({ path, version })).toBe(purl);
});

test("main modules of one path stay apart, and the bytes the same", async () => {
  const quote = "b.example/two v1.2.0";
  await write({
    "tools/go.mod": `module tools\n\ngo 1.22\n\nrequire ${quote}\n`,
    "tools/go.sum": `${quote} ${H1}\n${quote}/go.mod ${H1}\n`,
    "more/go.mod": "module tools\n\ngo 1.22\n",
  });
  const make = async (raw: Record<string, string>) => {
    await run(
      "sbom",
      { manifests: "tools/go.mod,more/go.mod", ...raw, output: "s.json" },
      { cwd: dir, env: {} },
    );
    return readFileSync(join(dir, "s.json"), "utf8");
  };
  const cyclonedx = await make({});
  expect(await make({})).toBe(cyclonedx);
  expect(JSON.parse(cyclonedx).dependencies).toEqual([
    { ref: "b.example/two@v1.2.0" },
    { ref: "tools (more/go.mod)" },
    { ref: "tools (tools/go.mod)", dependsOn: ["b.example/two@v1.2.0"] },
  ]);
  const spdx = JSON.parse(await make({ standard: "spdx" })) as { packages: { SPDXID: string }[] };
  const ids = spdx.packages.map(({ SPDXID }) => SPDXID);
  expect(ids).toHaveLength(3);
  expect(new Set(ids).size).toBe(3);
});
