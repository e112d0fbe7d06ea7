import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { fixCases } from "../policy/cases/fix-cases.ts";
import { describeWithTools } from "../support/tools.ts";
import { runGo } from "../support/xmod.ts";

describeWithTools(["go"], "what --fix leaves behind", () => {
  const scratch = mkdtempSync(join(tmpdir(), "modwharf-gate-fixes-"));
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  const checkout = (files: Readonly<Record<string, string>>) => {
    const root = mkdtempSync(join(scratch, "module-"));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    return root;
  };

  test.each(fixCases)("$rule ($name) is a go.mod for go, formatted as go does it", async (given) => {
    const root = checkout({ ...given.scene.head, ...given.fixed });
    const before = given.fixed["go.mod"] ?? given.scene.head["go.mod"]!;
    expect(JSON.parse(await runGo(["mod", "edit", "-json"], root))).toMatchObject({ Module: {} });
    expect(await runGo(["mod", "edit", "-fmt", "-print"], root)).toBe(before);
  });

  test.each(fixCases.filter(({ builds }) => builds))("$rule ($name) builds", async (given) => {
    const root = checkout({ ...given.scene.head, ...given.fixed });
    await expect(runGo(["build", "-mod=readonly", "./..."], root)).resolves.toBeDefined();
  });
});
