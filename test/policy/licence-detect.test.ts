import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { licenceFingerprints } from "../../src/policy/generated/licences.ts";
import { detectLicence, isLicenceFile } from "../../src/policy/licence-detect.ts";
import { isAllowed } from "../../src/policy/licences.ts";

const require = createRequire(import.meta.url);
const texts = require("spdx-license-list/full") as Record<string, { licenseText: string }>;
const ids = licenceFingerprints
  .trim()
  .split("\n")
  .map((line) => line.split("\t")[0]!);

describe("detectLicence", () => {
  test("tells every text of its own table", async () => {
    const wrong: string[] = [];
    for (const id of ids) {
      const match = await detectLicence(texts[id.split(" ")[0]!]!.licenseText);
      if (match?.expression !== id) wrong.push(`${id}: ${match?.expression}`);
    }
    expect(wrong).toEqual([]);
    expect(ids.length).toBeGreaterThan(120);
  });

  test("does not mind line breaks, a holder's name, bullets and a heading", async () => {
    const bsd = texts["BSD-3-Clause"]!.licenseText.replace(
      "Neither the name of the copyright holder nor",
      "Neither the name of Google Inc. nor",
    )
      .replaceAll("COPYRIGHT HOLDER", "COPYRIGHT OWNER")
      .replace(/^\s*\d\. /gm, "   * ")
      .replace(/(?<!\n)\n(?!\n)/g, "\r\n  ");
    expect(
      (await detectLicence(`# License\n\nCopyright (c) 2009 The Go Authors. All rights reserved.\n\n${bsd}`))
        ?.expression,
    ).toBe("BSD-3-Clause");
  });

  test("finds both of two texts in one file", async () => {
    const both = `${texts["Apache-2.0"]!.licenseText}\n\n${texts.MIT!.licenseText}`;
    expect((await detectLicence(both))?.expression).toBe("Apache-2.0 AND MIT");
  });

  test.each(["", "All rights reserved.", "You may use this if you buy me a beer, and only then.", "MIT"])(
    "does not guess from %j",
    async (text) => {
      expect(await detectLicence(text)).toBeUndefined();
    },
  );

  test("a licence with its main clause cut out is not that licence", async () => {
    const { licenseText } = texts.MIT!;
    const cut = licenseText.slice(0, 300) + licenseText.slice(800);
    expect((await detectLicence(cut))?.expression).not.toBe("MIT");
  });
});

test.each([
  ["LICENSE", true],
  ["LICENCE.md", true],
  ["COPYING.LESSER", true],
  ["License-MIT", true],
  ["unlicense.txt", true],
  ["license/LICENSE", false],
  ["licenses.go", false],
  ["NOTICE", false],
])("%s holds a licence: %s", (name, expected) => {
  expect(isLicenceFile(name)).toBe(expected);
});

test.each<[string, string[], boolean]>([
  ["MIT", ["MIT"], true],
  ["MIT AND Apache-2.0", ["MIT"], false],
  ["GPL-2.0-only OR GPL-2.0-or-later", ["GPL-2.0-only"], true],
  ["(MIT) AND (Apache-2.0)", ["MIT", "Apache-2.0"], true],
  ["GPL-3.0-only OR GPL-3.0-or-later", ["LGPL-3.0-only"], false],
])("%s is allowed by %s: %s", (expression, allow, expected) => {
  expect(isAllowed(expression, allow)).toBe(expected);
});

test("an expression that doubles with each step is answered at once", () => {
  const expression = Array.from({ length: 40 }, () => "(MIT OR ISC)").join(" AND ");
  expect(isAllowed(expression, ["ISC"])).toBe(true);
  expect(isAllowed(`${expression} AND Zlib`, ["ISC"])).toBe(false);
});
