import { afterAll, beforeAll, expect, test } from "vitest";
import { isLetter, isPrint, isSpace } from "../../src/module/unicode/classes.ts";
import { foldCodePoint } from "../../src/module/unicode/fold.ts";
import { unicodeVersion } from "../../src/module/unicode/generated/tables.ts";
import { quote, quoteChar } from "../../src/module/unicode/quote.ts";
import { describeWithTools } from "../support/tools.ts";
import { goText, Xmod } from "../support/xmod.ts";

/** What Go says of a code point: bit 0 letter, bit 1 print, bit 2 space, and the fold times 8. */
function factsOf(codePoint: number): number {
  const bits = Number(isLetter(codePoint)) + 2 * Number(isPrint(codePoint)) + 4 * Number(isSpace(codePoint));
  return bits + 8 * foldCodePoint(codePoint);
}

describeWithTools(["go"], "package unicode of Go", () => {
  let go: Xmod;
  beforeAll(async () => {
    go = await Xmod.start();
  });
  afterAll(() => go.close());

  test("says the same of every code point as the generated tables", async (context) => {
    const installed = (await go.call<string>("unicode.Version", {})).result;
    context.skip(
      installed !== unicodeVersion,
      `go implements Unicode ${installed}, the tables ${unicodeVersion}`,
    );
    const facts = (await go.call<number[]>("unicode.Facts", {})).result!;
    expect(facts.length).toBe(0x110000);
    const different = facts.flatMap((fact, r) =>
      fact === factsOf(r) ? [] : [{ r, fact, ours: factsOf(r) }],
    );
    expect(different).toEqual([]);
  });

  test("quotes strings and characters like strconv", async () => {
    const chars = [
      "\0",
      "\x07",
      "\x1f",
      " ",
      '"',
      "'",
      "\\",
      "\x7f",
      "\x80",
      "\xa0",
      "é",
      "\u2028",
      "\ufeff",
      "\ufffd",
      "\u{e0001}",
      "😀",
    ];
    for (const char of chars) {
      expect(quote(`a${char}b`)).toBe((await go.call("strconv.Quote", { text: goText(`a${char}b`) })).result);
      expect(quoteChar(char)).toBe((await go.call("strconv.QuoteRune", { text: goText(char) })).result);
    }
  });
});
