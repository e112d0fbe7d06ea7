/** The mulberry32 generator: small, fast, and the same sequence everywhere for a seed. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number from 0 up to, not including, `below`. */
  below(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}

const verbs = [
  "require",
  "exclude",
  "replace",
  "retract",
  "tool",
  "ignore",
  "godebug",
  "use",
  "module",
  "go",
];
const rareVerbs = ["toolchain", "unknown", "constructor", "__proto__", "require(", "block", "//x", "modules"];
const paths = [
  "example.com/a",
  "m",
  "a.b/c/v2",
  "gopkg.in/yaml.v2",
  "gopkg.in/x.v1-unstable",
  "example.com/UP/v3",
];
const oddPaths = [
  "gopkg.in/x",
  "a/v0",
  "a/v1",
  "a/v01",
  '"quoted.com/x"',
  '"a\\x41\\u00e9\\303\\251"',
  '"\\xff"',
  '"\\400"',
  '"a b"',
  '"bad\\q"',
  '"\\ud800"',
  "`raw.com/x`",
  "`raw\\`",
  "`raw\\\n`",
  "'single'",
  "x@v1.0.0",
  "é/ü",
  "\u{1F600}",
  "\u00a0",
  "a\u2028b",
  "\ufeff",
  "/abs",
  ".\\win",
  "C:\\dir",
  '"',
  '"\\',
  '"\\\n"',
  "../a//b",
  "a/*b",
];
const directories = ["./a", "../b", ".", "..", "/abs/dir", "c:/x", '"./with space"'];
const versions = [
  "v1.0.0",
  "v0.1.2",
  "v2.3.4",
  "v1.2.3-pre.1",
  "v0.0.0-20200101000000-abcdefabcdef",
  "v2.0.0+incompatible",
];
const oddVersions = [
  "v1",
  "v1.2",
  "1.2.3",
  "v1.2.3+meta",
  "v01.0.0",
  "latest",
  '"v1.0.0"',
  '"v1"',
  "v3.0.0-",
  "",
  "v1.0.0,",
];
const goVersions = [
  "1.21",
  "1.22.0",
  "1.9",
  "1.21rc1",
  "v1.2",
  "1",
  "1.2.beta1",
  "1.2.3.4",
  "01.2",
  "1.2x\u2028y",
];
const toolchains = ["go1.21.0", "default", "go1", "go2", "go1.2rc1-gccgo"];
const comments = [
  "// indirect",
  "//indirect",
  "// indirect; why",
  "// why; indirect",
  "//",
  "// Deprecated: use another",
  "// Deprecated:",
  "// a\r",
  "// next line \u0085",
  "// byte order mark \ufeff",
  "// é \u{1F600} \u00a0",
  "/* block */",
  "// x // y",
];
const odd = [
  "(",
  ")",
  "[",
  "]",
  "{",
  "}",
  ",",
  "=>",
  "\0",
  "\r",
  "\\",
  "/",
  "\t",
  "\v",
  "\x7f",
  "\u0085",
  "( )",
  "()",
];
const ends = ["\n", "\n", "\n", "\n", "\r\n", "\n\n", "\n\n\n", "\r\r\n", "", "\r"];
const broken = [
  [0xff],
  [0xc3],
  [0xed, 0xa0, 0x80],
  [0xc0, 0x80],
  [0xf4, 0x90, 0x80, 0x80],
  [0xe2, 0x82],
  [0x80],
  [0],
];

/**
 * An endless, repeatable supply of go.mod and go.work texts: from the grammar, from the grammar with odd tokens
 * mixed in, and either of them with bytes changed, moved, doubled or cut.
 */
export class ModfileTexts {
  readonly #random: Random;
  /** Files to start mutations from, beside those that the grammar makes. */
  readonly #samples: readonly Uint8Array[];

  constructor(seed: number, samples: readonly Uint8Array[] = []) {
    this.#random = new Random(seed);
    this.#samples = samples;
  }

  next(): Uint8Array {
    const random = this.#random;
    const sample = this.#samples.length > 0 && random.chance(20) ? random.pick(this.#samples) : undefined;
    const bytes = sample ?? Buffer.from(this.#file(random.pick([0, 0, 0, 1, 4, 15])), "utf8");
    return random.chance(sample === undefined ? 30 : 90) ? this.#mutate(bytes) : bytes;
  }

  /** A file from the grammar alone, as a text to edit. */
  plain(kind: "go.mod" | "go.work"): string {
    return this.#file(0, kind === "go.work");
  }

  /** A file whose every choice is an odd one with a chance of `oddity` percent. */
  #file(oddity: number, work = this.#random.chance(25)): string {
    const random = this.#random;
    let text = "";
    if (random.chance(70)) text += this.#comment(oddity, 20);
    if (!work && random.chance(80)) text += `module ${this.#path(oddity)}${this.#lineEnd(oddity)}`;
    if (random.chance(60))
      text += `go ${random.pick(goVersions.slice(0, random.chance(oddity + 3) ? undefined : 4))}\n`;
    if (random.chance(15)) text += `toolchain ${random.pick(toolchains)}\n`;
    for (let left = random.below(7); left > 0; left--) {
      const verb = work ? random.pick(["use", "replace", "godebug", "use"]) : this.#verb(oddity);
      text += this.#comment(oddity, 25);
      text += random.chance(50)
        ? this.#block(verb, oddity)
        : `${verb} ${this.#arguments(verb, oddity)}${this.#lineEnd(oddity)}`;
    }
    return text;
  }

  #verb(oddity: number): string {
    if (this.#random.chance(oddity)) return this.#random.pick([...rareVerbs, ...verbs]);
    return this.#random.pick(verbs.slice(0, 7));
  }

  #block(verb: string, oddity: number): string {
    const random = this.#random;
    let text = `${verb} ${random.chance(oddity) ? random.pick(odd) : ""}(${this.#lineEnd(oddity)}`;
    for (let left = random.below(5); left > 0; left--) {
      text += this.#comment(oddity, 25);
      text += `${random.pick(["\t", "\t", "  ", ""])}${this.#arguments(verb, oddity)}${this.#lineEnd(oddity)}`;
      if (random.chance(15)) text += "\n";
    }
    return `${text}${this.#comment(oddity, 10)}${random.chance(oddity) ? "" : ")"}${this.#lineEnd(oddity)}`;
  }

  #arguments(verb: string, oddity: number): string {
    const words = this.#words(verb, oddity);
    if (this.#random.chance(oddity))
      words.splice(this.#random.below(words.length + 1), 0, this.#random.pick(odd));
    if (this.#random.chance(oddity)) words.splice(this.#random.below(words.length + 1), 1);
    return words.join(this.#random.pick([" ", " ", " ", "  ", "\t", " \r"]));
  }

  #words(verb: string, oddity: number): string[] {
    const random = this.#random;
    switch (verb) {
      case "replace": {
        const old = random.chance(50) ? [this.#path(oddity)] : this.#pathAndVersion(oddity);
        return [
          ...old,
          "=>",
          ...(random.chance(50) ? [random.pick(directories)] : this.#pathAndVersion(oddity)),
        ];
      }
      case "retract":
        if (random.chance(50)) return [this.#version(oddity)];
        return [`[${this.#version(oddity)}, ${this.#version(oddity)}]`];
      case "godebug":
        return [
          random.pick([
            "default=go1.21",
            "panicnil=1",
            "a=",
            "=b",
            random.chance(oddity) ? 'x="y"' : "c=d=e",
          ]),
        ];
      case "tool":
      case "module":
        return [this.#path(oddity)];
      case "ignore":
      case "use":
        return [random.pick(directories)];
      default:
        return this.#pathAndVersion(oddity);
    }
  }

  #pathAndVersion(oddity: number): string[] {
    if (this.#random.chance(oddity)) return [this.#path(oddity), this.#version(oddity)];
    return this.#random.pick([
      ["example.com/a", "v1.0.0"],
      ["example.com/a", "v2.0.0+incompatible"],
      ["a.b/c/v2", "v2.1.0"],
      ["gopkg.in/yaml.v2", "v2.4.0"],
      ['"a.b/c"', "v0.3"],
      ["x.y/z", "v0.0.0-20200101000000-abcdefabcdef"],
    ]);
  }

  #path(oddity: number): string {
    return this.#random.pick(this.#random.chance(oddity * 2) ? oddPaths : paths);
  }

  #version(oddity: number): string {
    return this.#random.pick(this.#random.chance(oddity) ? oddVersions : versions);
  }

  #comment(oddity: number, percent: number): string {
    const random = this.#random;
    let text = "";
    while (random.chance(percent)) {
      text += `${random.pick(["", "", "\t", " "])}${this.#commentText(oddity)}${random.pick(["\n", "\n", "\n\n"])}`;
    }
    return text;
  }

  #commentText(oddity: number): string {
    const list = this.#random.chance(oddity) ? comments : comments.filter((text) => !text.startsWith("/*"));
    return this.#random.pick(list);
  }

  #lineEnd(oddity: number): string {
    const random = this.#random;
    const comment = random.chance(25) ? `${random.pick([" ", "", "\t"])}${this.#commentText(oddity)}` : "";
    return comment + (random.chance(oddity + 2) ? random.pick(ends) : "\n");
  }

  #mutate(bytes: Uint8Array): Uint8Array {
    const random = this.#random;
    let text = Buffer.from(bytes);
    for (let left = 1 + random.below(4); left > 0; left--) {
      const at = random.below(text.length + 1);
      const to = Math.min(text.length, at + random.below(12));
      const head = text.subarray(0, at);
      const piece = text.subarray(at, to);
      const tail = text.subarray(to);
      text = Buffer.concat(
        random.pick([
          () => [head, tail],
          () => [head, piece, piece, tail],
          () => [tail, piece, head],
          () => [head, Buffer.from(random.pick([...odd, ...oddPaths, ...comments, ...ends])), piece, tail],
          () => [head, Buffer.from(random.pick(broken)), tail],
          () => [head],
        ])(),
      );
    }
    return text;
  }
}
