import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { modulePath } from "../../src/modfile/module-path.ts";
import { autoQuote } from "../../src/modfile/quote.ts";
import { decodeSource, encodeSource } from "../../src/modfile/source-text.ts";
import { parsers } from "../support/modfile-dump.ts";
import { ModfileTexts } from "../support/modfile-texts.ts";
import { describeWithTools } from "../support/tools.ts";
import { runGo, Xmod, xmodSourceDir } from "../support/xmod.ts";

/*
 * Random files through golang.org/x/mod/modfile and through ours: both must accept or refuse, refuse at the
 * same places, read every token, comment, field and position alike, and print the same bytes.
 */
const cases = Number(process.env.MODWHARF_FUZZ_CASES ?? 5_000);
const seed = Number(process.env.MODWHARF_FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));
const batch = 500;

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");
const base64 = (bytes: Uint8Array): { Text: { base64: string } } => ({
  Text: { base64: Buffer.from(bytes).toString("base64") },
});

describeWithTools(["go"], "modfile against golang.org/x/mod, random files", () => {
  let go: Xmod;
  /** Real files to start from: x/mod's own, and those of Go itself. */
  let samples: Buffer[];
  beforeAll(async () => {
    go = await Xmod.start();
    const testdata = join(await xmodSourceDir(), "modfile", "testdata");
    const names = readdirSync(testdata, { recursive: true, encoding: "utf8" });
    const goroot = (await runGo(["env", "GOROOT"], ".")).trim();
    samples = [
      ...names.filter((name) => /\.(in|golden)$/.test(name)).map((name) => join(testdata, name)),
      join(goroot, "src/go.mod"),
      join(goroot, "src/cmd/go.mod"),
    ].map((file) => readFileSync(file));
    process.stderr.write(`modfile fuzz: ${cases} cases, MODWHARF_FUZZ_SEED=${seed}\n`);
  });
  afterAll(() => go.close());

  test(`reads and prints ${cases} files alike`, { timeout: 3_600_000 }, async () => {
    const texts = new ModfileTexts(seed, samples);
    const outcomes = { accepted: 0, refused: 0 };
    for (let done = 0; done < cases; done += batch) {
      const inputs = Array.from({ length: Math.min(batch, cases - done) }, () => texts.next());
      for (const [op, parse] of Object.entries(parsers)) {
        const answers = await go.callAll<Record<string, unknown>>(op, inputs.map(base64));
        for (const [i, { result }] of answers.entries()) {
          const ours = parse(inputs[i]!);
          // Comparing texts first: a deep comparison of equal trees would take most of the run.
          if (JSON.stringify(ours, sortedKeys) !== JSON.stringify(result, sortedKeys)) {
            expect({ seed, op, input: latin1(inputs[i]!), ...ours }).toEqual({
              seed,
              op,
              input: latin1(inputs[i]!),
              ...result,
            });
          }
          outcomes["errors" in ours ? "refused" : "accepted"]++;
        }
      }
    }
    // A generator that makes only good or only broken files would prove little.
    expect(Math.min(outcomes.accepted, outcomes.refused)).toBeGreaterThan(cases / 4);
  });

  test("finds the same module path and quotes alike", async () => {
    const texts = new ModfileTexts(seed + 1, samples);
    const inputs = Array.from({ length: Math.min(cases, 20_000) }, () => texts.next());
    const paths = await go.callAll<string>("modfile.ModulePath", inputs.map(base64));
    for (const [i, { result }] of paths.entries()) {
      expect(latin1(encodeSource(modulePath(inputs[i]!))), latin1(inputs[i]!)).toBe(result);
    }
    const words = inputs.map((input) => input.subarray(0, 12));
    const quoted = await go.callAll<string>("modfile.AutoQuote", words.map(base64));
    for (const [i, { result }] of quoted.entries()) {
      expect(latin1(encodeSource(autoQuote(decodeSource(words[i]!)))), latin1(words[i]!)).toBe(result);
    }
  });
});

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
