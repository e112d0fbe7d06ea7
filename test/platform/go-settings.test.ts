import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { askGoForProxy, withGoSettings } from "../../src/platform/go-settings.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "modwharf-settings-"));
  mkdirSync(join(home, ".config/go"), { recursive: true });
  mkdirSync(join(home, "bin"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const settings = (env: Record<string, string>) => withGoSettings(env, { home, platform: "linux" });
const writeEnvFile = (text: string) => writeFileSync(join(home, ".config/go/env"), text);

test("the environment wins over what go env -w wrote", () => {
  writeEnvFile("GOPROXY=https://written.example,off\nGONOSUMDB=*.corp.example\nnonsense\n");
  expect(settings({ GOPROXY: "https://env.example" })).toMatchObject({
    GOPROXY: "https://env.example",
    GONOSUMDB: "*.corp.example",
  });
  expect(settings({ PATH: "" }).GOPROXY).toBe("https://written.example,off");
});

test("GOENV names another file, or none", () => {
  writeEnvFile("GOPROXY=https://written.example\n");
  writeFileSync(join(home, "other"), "GOPROXY=https://other.example\r\n");
  expect(settings({ GOENV: join(home, "other"), PATH: "" }).GOPROXY).toBe("https://other.example");
  expect(settings({ GOENV: "off", PATH: "" }).GOPROXY).toBeUndefined();
});

test("an installed go is asked for its default, and switches to no other toolchain; without one none is made up", () => {
  const env = { PATH: join(home, "bin"), GOTOOLCHAIN: "auto" };
  expect(askGoForProxy(env)).toBeUndefined();
  writeFileSync(join(home, "bin/go"), '#!/bin/sh\necho "https://$GOTOOLCHAIN.example,$GOWORK"\n');
  chmodSync(join(home, "bin/go"), 0o755);
  expect(askGoForProxy(env)).toBe("https://local.example,off");
});
