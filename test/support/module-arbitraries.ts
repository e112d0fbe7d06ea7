import fc from "fast-check";

/*
 * Generators for what is nearly a module path, a version or a pattern: valid ones put together from parts that
 * occur in the rules, then changed at a few places, so that most lie next to a boundary of those rules.
 */

const someChars = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...".-_~+!@*?[]^\\/:, 0129avVzZ") },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "é",
      "世",
      "ſ",
      "K",
      "İ",
      "\u0301",
      "\u{10400}",
      "😀",
      "\ufffd",
      "٣",
      "\u200b",
    ),
  },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 0x7f }).map((code) => String.fromCharCode(code)) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", minLength: 1, maxLength: 1 }) },
);

/** Characters without UTF-8 form; Go is given bytes that are no UTF-8 (see goText). */
const loneSurrogates = fc.constantFrom("\ud800", "\udbff", "\udc00");

type Change = {
  kind: "insert" | "replace" | "delete" | "double" | "upper" | "cut";
  at: number;
  char: string;
};

function change(text: string, { kind, at: place, char }: Change): string {
  const chars = [...text];
  const at = chars.length === 0 ? 0 : place % chars.length;
  if (kind === "insert") chars.splice(at, 0, char);
  else if (kind === "replace") chars.splice(at, 1, char);
  else if (kind === "delete") chars.splice(at, 1);
  else if (kind === "double") chars.splice(at, 0, chars[at] ?? "");
  else if (kind === "upper") chars[at] = (chars[at] ?? "").toUpperCase();
  else chars.length = at;
  return chars.join("");
}

/** `base` as it is in every other case, else with one or two changes. */
export function mutated(
  base: fc.Arbitrary<string>,
  chars: fc.Arbitrary<string> = someChars,
): fc.Arbitrary<string> {
  const changes = fc.array(
    fc.record({
      kind: fc.constantFrom<Change["kind"]>("insert", "replace", "delete", "double", "upper", "cut"),
      at: fc.nat({ max: 60 }),
      char: chars,
    }),
    { minLength: 1, maxLength: 2 },
  );
  const changed = fc.tuple(base, changes).map(([text, list]) => list.reduce(change, text));
  return fc.oneof(base, changed);
}

const hosts = fc.constantFrom(
  "github.com",
  "gopkg.in",
  "golang.org",
  "rsc.io",
  "x.y",
  "example.com",
  "a-b.c",
  "localhost",
  "X.y",
  "1.2",
);
const elements = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom("quote", "x", "text", "Azure", "azure-sdk-for-go", "go_x", "v", "a.b"),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom("yaml.v2", "yaml.v3", "check.v1", "x.v0", "x.v10", "x.v1-unstable"),
  },
  { weight: 2, arbitrary: fc.constantFrom("x.v01", "x.v-unstable", "x.v", "x.v0-unstable") },
  { weight: 1, arbitrary: fc.constantFrom("z++", "испытание", "ſet", "a b", "𐐀", "!x", "*", "a@v1") },
  { weight: 1, arbitrary: fc.constantFrom("con", "CON", "aux.txt", "NuL", "com1", "lpt9.go", "prn.") },
  {
    weight: 1,
    arbitrary: fc.constantFrom("com0", "com¹", "conx", "ſon", "PROGRA~1", "z~", "z~0", "z~1.go", "z~1x", "~"),
  },
  { weight: 1, arbitrary: fc.constantFrom(".", "..", "...", ".git", "a.", "-", "-x", "") },
);
const endings = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("", "/v2", "/v3", "/v10", "/v2/v3", "/v") },
  { weight: 1, arbitrary: fc.constantFrom("/v1", "/v0", "/v02", "/v2.0", "/v2/", "/V2", ".v2", ".", "/") },
);

const wholePath = fc
  .tuple(hosts, fc.array(elements, { maxLength: 3 }), endings)
  .map(([host, list, ending]) => [host, ...list].join("/") + ending);

/** Nearly module paths; also nearly import and file paths, since the same mistakes matter there. */
export const paths = fc.oneof(
  { weight: 20, arbitrary: mutated(wholePath) },
  { weight: 1, arbitrary: mutated(wholePath, loneSurrogates) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 4 }) },
);

const numbers = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom("0", "1", "2", "3", "9", "10", "19", "99") },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "00",
      "01",
      "-1",
      "",
      "9007199254740993",
      "99999999999999999999",
      "100000000000000000000",
    ),
  },
);
const identifiers = fc.oneof(
  fc.constantFrom(
    "0",
    "1",
    "9",
    "10",
    "pre",
    "rc1",
    "rc-1",
    "alpha",
    "Beta",
    "-",
    "0a",
    "00a",
    "0-",
    "99999999999999999999",
    "9007199254740993",
  ),
  fc.constantFrom("01", "00", "", "é", "a_b"),
);
const dotted = fc.array(identifiers, { minLength: 1, maxLength: 3 }).map((list) => list.join("."));
const prereleases = fc.oneof(
  fc.constant(""),
  fc.constant(""),
  dotted.map((text) => `-${text}`),
);
const builds = fc.oneof(
  fc.constant(""),
  fc.constant(""),
  fc.constant("+incompatible"),
  dotted.map((text) => `+${text}`),
);

const coreVersions = fc
  .tuple(fc.tuple(numbers, numbers, numbers), fc.constantFrom(3, 3, 3, 3, 2, 1))
  .map(([list, length]) => `v${list.slice(0, length).join(".")}`);

const wholeVersion = fc.tuple(coreVersions, prereleases, builds).map((parts) => parts.join(""));

/** Nearly semantic versions, with Go's short forms. */
export const versions = fc.oneof(
  { weight: 20, arbitrary: mutated(wholeVersion) },
  { weight: 1, arbitrary: mutated(wholeVersion, loneSurrogates) },
);

const invalidTimestamps = fc
  .tuple(
    fc.constantFrom("0000", "1900", "2000", "2023", "2024", "9999"),
    fc.constantFrom("00", "02", "04", "13"),
    fc.constantFrom("00", "29", "30", "31", "32"),
    fc.constantFrom("00", "24"),
    fc.constantFrom("00", "60"),
    fc.constantFrom("00", "60"),
  )
  .map((fields) => fields.join(""));
const timestamps = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "20060102150405",
      "20240229235959",
      "00010101000000",
      "00000101000000",
      "99991231235959",
    ),
  },
  { weight: 1, arbitrary: invalidTimestamps },
);
const revisions = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("abcdef123456", "000000000000", "hash", "A") },
  { weight: 1, arbitrary: fc.constantFrom("", "ab-c", "ab.c") },
);
const beforeTimestamp = fc.oneof(
  fc.constantFrom(
    "v0.0.0-",
    "v1.0.0-",
    "v2.0.0-",
    "v1.2.4-0.",
    "v1.2.100-0.",
    "v1.2.3-pre.0.",
    "v1.2.3-pre.1.0.",
    "v0.0.0--.0.",
  ),
  fc.constantFrom(
    "v1.0.0-0.",
    "v1.2.0-0.",
    "v1.2.3-",
    "v1.2.3-0.0.",
    "v1.2.3-a-b.0.",
    "v1.2.3-pre.",
    "v1.2.1000000000000000000000-0.",
  ),
  fc
    .tuple(coreVersions, prereleases)
    .map(([core, prerelease]) => (prerelease === "" ? `${core}-0.` : `${core}${prerelease}.0.`)),
);

/** Nearly pseudo-versions, among them such whose time or base does not exist. */
export const pseudoVersions = mutated(
  fc
    .tuple(beforeTimestamp, timestamps, revisions, builds)
    .map(([start, time, revision, build]) => `${start}${time}-${revision}${build}`),
);

/** Suffixes as splitPathVersion returns them, and others. */
export const pathMajors = fc.oneof(
  fc.constantFrom("", "/v2", "/v3", "/v10", ".v0", ".v1", ".v2", ".v1-unstable", ".v2-unstable"),
  fc.constantFrom(
    "/v0",
    "/v1",
    "v2",
    "/",
    ".",
    "/2",
    "/v",
    ".v",
    "/v2-unstable",
    "-unstable",
    "/v02",
    "/v2.0",
    "/v2.0.0",
    ".v1.0",
  ),
);

/** What each character of a text may become in a pattern that still matches it, mostly. */
function asPattern(char: string, choice: number): string {
  const alike = [
    char,
    char,
    char,
    char,
    "?",
    "*",
    `[${char}]`,
    `[^${char}]`,
    `[a-${char}]`,
    `\\${char}`,
    `[^/]`,
    `*${char}`,
    "**",
  ];
  return alike[choice % alike.length]!;
}

const targets = mutated(
  fc.tuple(hosts, fc.array(elements, { maxLength: 3 })).map(([host, list]) => [host, ...list].join("/")),
);

const globEndings = fc.constantFrom("", "", "", "/", "//", "*");

/** A path and a pattern made from it. */
export const globPairs = fc
  .tuple(targets, fc.array(fc.nat({ max: 12 }), { maxLength: 40 }), fc.integer({ min: 0, max: 40 }))
  .map(([target, choices, length]) => {
    const chars = [...target].slice(0, 1 + length);
    return { target, glob: chars.map((char, i) => asPattern(char, choices[i] ?? 0)).join("") };
  })
  .chain(({ target, glob }) =>
    fc.record({ target: fc.constant(target), glob: mutated(fc.constant(glob)), end: globEndings }),
  )
  .map(({ target, glob, end }) => ({ target, glob: glob + end }));
