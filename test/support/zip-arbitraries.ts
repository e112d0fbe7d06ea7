import fc from "fast-check";
import { MAX_GO_MOD_BYTES, MAX_LICENSE_BYTES, MAX_ZIP_BYTES } from "../../src/zip/files.ts";
import { mutated } from "./module-arbitraries.ts";

/*
 * Generators of file lists that lie next to the boundaries of the zip rules: few names, so that they meet each other
 * in directories, in cases and twice; names that rules know; and changes at some places.
 */

const elements = fc.constantFrom(
  ...[
    "a",
    "A",
    "b",
    "vendor",
    "Vendor",
    "pkg",
    "sub",
    "ſ",
    "s",
    "S",
    "K",
    "k",
    "é",
    "É",
    "İ",
    "ß",
    "ẞ",
    "世",
  ],
  ...[
    "go.mod",
    "GO.MOD",
    "Go.Mod",
    "LICENSE",
    "license",
    ".git",
    ".hg_archival.txt",
    "modules.txt",
    "x.go",
    "X.go",
  ],
  ...["aux", "con.txt", "..", ".", "", "a.", "\u{10400}", "\u{10428}", "a b", "bad'", "\udc80"],
);

const cleanElements = fc.constantFrom(
  "a",
  "A",
  "b",
  "vendor",
  "pkg",
  "sub",
  "go.mod",
  "GO.MOD",
  "LICENSE",
  "x.go",
  "X.go",
);

const paths = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.array(cleanElements, { minLength: 1, maxLength: 4 }).map((list) => list.join("/")),
  },
  { weight: 3, arbitrary: fc.array(elements, { minLength: 1, maxLength: 4 }).map((list) => list.join("/")) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("vendor/modules.txt", "go.mod", "pkg/vendor/x.go", ".hg_archival.txt"),
  },
  {
    weight: 2,
    arbitrary: mutated(fc.array(cleanElements, { minLength: 1, maxLength: 3 }).map((list) => list.join("/"))),
  },
);

const sizes = fc.oneof(
  { weight: 12, arbitrary: fc.nat({ max: 9 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ...[MAX_GO_MOD_BYTES, MAX_GO_MOD_BYTES + 1, MAX_LICENSE_BYTES, MAX_LICENSE_BYTES + 1],
      ...[MAX_ZIP_BYTES, MAX_ZIP_BYTES + 1, MAX_ZIP_BYTES - 3, -1],
    ),
  },
);

const modes = fc.oneof(
  { weight: 12, arbitrary: fc.constant("regular" as const) },
  { weight: 1, arbitrary: fc.constantFrom("directory" as const, "symlink" as const, "irregular" as const) },
);

/** A list of files as a caller of CheckFiles may give it. */
export const fileLists = fc.array(fc.record({ path: paths, mode: modes, sizeBytes: sizes }), {
  maxLength: 10,
});

/** Texts of a root go.mod, most with a go directive about Go 1.24. */
export const goMods = fc.oneof(
  fc
    .constantFrom(
      "1.24",
      "1.23",
      "1.24.1",
      "1.24rc1",
      "1.23.9",
      "1.25",
      "1.9",
      "2.0",
      "1.24.1rc1",
      "v1.24",
      "1.24.x",
      "",
    )
    .map((version) => `module example.com/m\n\ngo ${version}\n`),
  fc.constantFrom("", "go 1.24", "module m\ngo 1.24\nunknown\n", "go 1.24\ngo 1.23\n", "\xff", "module (\n"),
);

/** The entries of a zip: name without the prefix, content, whether it is deflated. */
export const zipEntries = fc.array(
  fc.record({
    name: fc.oneof(
      { weight: 9, arbitrary: paths },
      { weight: 1, arbitrary: paths.map((path) => `${path}/`) },
    ),
    hasPrefix: fc.nat({ max: 19 }).map((n) => n > 0),
    content: fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.nat({ max: 3000 }).map((n) => new Uint8Array(n).fill(n)),
    ),
    isDeflated: fc.boolean(),
  }),
  { maxLength: 8 },
);

/** A change to the bytes of a zip: positions count from the end for negative ones, where its directory is. */
export const damages = fc.array(
  fc.record({
    at: fc.integer({ min: -400, max: 400 }),
    kind: fc.constantFrom("set", "flip", "cut", "insert", "max" as const),
    value: fc.oneof(fc.nat({ max: 255 }), fc.constantFrom(0, 1, 0xff, 0x50, 0x4b)),
  }),
  { minLength: 1, maxLength: 3 },
);

export type Damage = (typeof damages extends fc.Arbitrary<infer T> ? T : never)[number];

/** The bytes of a zip after the changes. */
export function damage(zip: Buffer, changes: readonly Damage[]): Buffer {
  let bytes = Buffer.from(zip);
  for (const { at: place, kind, value } of changes) {
    const at = bytes.length === 0 ? 0 : ((place % bytes.length) + bytes.length) % bytes.length;
    if (kind === "cut") bytes = bytes.subarray(0, at);
    else if (kind === "insert")
      bytes = Buffer.concat([bytes.subarray(0, at), Buffer.of(value), bytes.subarray(at)]);
    else if (at < bytes.length) {
      bytes = Buffer.from(bytes);
      if (kind === "max") bytes.fill(0xff, at, Math.min(at + 4, bytes.length));
      else bytes[at] = kind === "set" ? value : bytes[at]! ^ (1 << (value & 7));
    }
  }
  return bytes;
}
