import { type Case, type Files, goMod } from "../harness.ts";

/** Situations with a mechanical fix, in files that have comments and a layout of their own to lose. */
export interface FixCase {
  rule: string;
  name: string;
  scene: Case;
  /** The files that the fix changes, as they are afterwards. */
  fixed: Files;
  /** True when nothing but the go command and what the scene holds is needed to build the result. */
  builds: boolean;
}

const h1 = (digit: string) => `h1:${digit.repeat(43)}=`;

const commented = (middle: string) => `// Package m is kept by team storage.
module example.com/m // the root

go 1.22 // as everywhere

// direct ones
require (
	example.com/a v1.0.0 // why we need it

	// pinned, see the tracker
	example.com/b v1.2.0
)
${middle}
// the end
`;

/** Every rule that offers a fix, once at least. */
export const fixCases: readonly FixCase[] = [
  {
    rule: "replace-local",
    name: "one line",
    scene: { head: { "go.mod": commented("\nreplace example.com/a => ../a // for now\n") } },
    fixed: { "go.mod": commented("") },
    builds: false,
  },
  {
    rule: "replace-local",
    name: "one of a block, with a version",
    scene: {
      head: {
        "go.mod": commented(
          "\nreplace (\n\texample.com/a v1.0.0 => ./a\n\t// the fork\n\texample.com/b => example.com/fork/b v1.2.1\n)\n",
        ),
      },
    },
    fixed: {
      "go.mod": commented("\n// the fork\nreplace example.com/b => example.com/fork/b v1.2.1\n"),
    },
    builds: false,
  },
  {
    rule: "replace-local",
    name: "two versions of one module",
    scene: {
      head: {
        "go.mod": commented(
          "\nreplace example.com/a v1.0.0 => ./a\n\nreplace example.com/a v1.0.1 => ./a1\n",
        ),
      },
    },
    fixed: { "go.mod": commented("") },
    builds: false,
  },
  {
    rule: "exclude-directive",
    name: "all of a block",
    scene: {
      head: {
        "go.mod": commented("\nexclude (\n\texample.com/a v1.0.1\n\texample.com/a v1.0.2 // bad\n)\n"),
      },
    },
    fixed: { "go.mod": commented("") },
    builds: false,
  },
  {
    rule: "go-directive-below-policy",
    name: "with a comment behind it",
    scene: {
      head: { "go.mod": "module example.com/m\n\n// language\ngo 1.20 // old\n", "a.go": "package m\n" },
      policy: 'go: { minimum: "1.21" }',
    },
    fixed: { "go.mod": "module example.com/m\n\n// language\ngo 1.21 // old\n" },
    builds: true,
  },
  {
    rule: "go-directive-lowered",
    name: "back to what it was",
    scene: {
      base: { "go.mod": goMod("", "example.com/m", "1.21.0") },
      head: { "go.mod": "module example.com/m // x\n\ngo 1.20\n", "a.go": "package m\n" },
    },
    fixed: { "go.mod": "module example.com/m // x\n\ngo 1.21.0\n" },
    builds: true,
  },
  {
    rule: "toolchain-policy",
    name: "the line goes",
    scene: {
      head: {
        "go.mod": "module example.com/m\n\ngo 1.21.0\n\ntoolchain go1.22.0 // ours\n\n// kept\n",
        "a.go": "package m\n",
      },
      policy: "go: { toolchain: forbid }",
    },
    fixed: { "go.mod": "module example.com/m\n\ngo 1.21.0\n\n// kept\n" },
    builds: true,
  },
  {
    rule: "module-path-major",
    name: "path and imports",
    scene: {
      head: {
        "go.mod": "// Package m.\nmodule example.com/m/v1 // here\n\ngo 1.22\n",
        "a.go":
          'package m\n\n// "example.com/m/v1/sub" is ours.\nimport (\n\t"fmt"\n\n\tother "example.com/m/v1/sub" // why\n)\n\nvar A = fmt.Sprint(other.B, "example.com/m/v1/sub")\n',
        "sub/b.go": "package sub\n\nconst B = 1\n",
        "cmd/main.go": "package main\n\nimport _ `example.com/m/v1`\n\nfunc main() {}\n",
      },
    },
    fixed: {
      "go.mod": "// Package m.\nmodule example.com/m // here\n\ngo 1.22\n",
      "a.go":
        'package m\n\n// "example.com/m/v1/sub" is ours.\nimport (\n\t"fmt"\n\n\tother "example.com/m/sub" // why\n)\n\nvar A = fmt.Sprint(other.B, "example.com/m/v1/sub")\n',
      "cmd/main.go": "package main\n\nimport _ `example.com/m`\n\nfunc main() {}\n",
    },
    builds: true,
  },
  {
    rule: "require-below-selected",
    name: "two at once",
    scene: {
      head: { "go.mod": commented("") },
      proxy: {
        "example.com/a": {
          versions: {
            "v1.0.0": "require (\n\texample.com/b v1.4.0\n\texample.com/a v1.1.0\n)",
            "v1.1.0": "",
          },
        },
        "example.com/b": { versions: { "v1.2.0": "", "v1.4.0": "" } },
      },
    },
    fixed: {
      "go.mod": commented("")
        .replace("example.com/b v1.2.0", "example.com/b v1.4.0")
        .replace("example.com/a v1.0.0", "example.com/a v1.1.0"),
    },
    builds: false,
  },
  {
    rule: "go-sum-extra",
    name: "the zip's line alone",
    scene: {
      head: {
        "go.mod": commented(""),
        "go.sum": `example.com/a v0.9.0 ${h1("A")}\nexample.com/a v0.9.0/go.mod ${h1("B")}\nexample.com/a v1.0.0 ${h1("C")}\n`,
      },
    },
    fixed: {
      "go.sum": `example.com/a v0.9.0/go.mod ${h1("B")}\nexample.com/a v1.0.0 ${h1("C")}\n`,
    },
    builds: false,
  },
];
