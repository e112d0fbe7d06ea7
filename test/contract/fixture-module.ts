import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Zippable, zipSync } from "fflate";
import { type VerifiedModule, verifyModule } from "../../src/artifact/verify.ts";

export interface FixtureModule {
  path: string;
  version: string;
  /** Makes another h1. */
  content?: string;
  /** Makes another go.mod h1 (the zip's own go.mod stays as it is). */
  modComment?: string;
  /** Makes other zip bytes with the same h1. */
  level?: 0 | 9;
  time?: string;
  /** Size of an additional file that does not compress, in bytes. */
  ballastBytes?: number;
}

let folder: string | undefined;
let zips = 0;

// Processes that tests start have no end of a test file; their temporary folder is their parent's to remove.
if (process.env.VITEST !== undefined) {
  const { afterAll } = await import("vitest");
  afterAll(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    folder = undefined;
  });
}

/** A place for one more zip. */
function newZipFile(): string {
  if (folder === undefined) {
    folder = mkdtempSync(join(tmpdir(), "modwharf-fixture-"));
  }
  return join(folder, `module-${++zips}.zip`);
}

/** A verified module with one package, built on the spot; its zip lies in a temporary folder. */
export async function fixtureModule(fixture: FixtureModule): Promise<VerifiedModule> {
  const { path, version, content = "first", modComment, level = 9, ballastBytes = 0 } = fixture;
  const goMod = `module ${path}\n\ngo 1.21\n`;
  const prefix = `${path}@${version}/`;
  const encode = (text: string) => new TextEncoder().encode(text);
  const files: Zippable = {
    ...(version.endsWith("+incompatible") ? {} : { [`${prefix}go.mod`]: encode(goMod) }),
    [`${prefix}lib.go`]: encode(`package lib\n\nfunc Name() string { return ${JSON.stringify(content)} }\n`),
  };
  if (ballastBytes > 0) files[`${prefix}ballast.bin`] = noise(ballastBytes);
  const zipFile = newZipFile();
  writeFileSync(zipFile, zipSync(files, { level, mtime: new Date("2020-01-01T00:00:00Z") }));
  const mod = version.endsWith("+incompatible") ? `module ${path}\n` : goMod;
  return verifyModule({
    module: { path, version },
    zipFile,
    mod: encode(modComment === undefined ? mod : `${mod}// ${modComment}\n`),
    info: encode(JSON.stringify({ Version: version, Time: fixture.time ?? "2024-05-06T07:08:09Z" })),
  });
}

/** Bytes without pattern, the same in every run (xorshift). */
function noise(size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let state = 0x9e3779b9;
  for (let i = 0; i < size; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[i] = state;
  }
  return bytes;
}
