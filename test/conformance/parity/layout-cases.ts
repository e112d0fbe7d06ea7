import type { Release, ReleaseRepository } from "./release.ts";

/*
 * Oddities of where a module stands and how it is tagged.
 */

function releases(module: string, tags: readonly string[], more: Partial<Release> = {}): Release[] {
  return tags.map((tag) => ({
    tag,
    module,
    files: { "go.mod": `module ${module}\n`, "a.go": `package a // ${tag}\n` },
    ...more,
  }));
}

/** No go.mod; `go` is asked for the module by its path. */
function bare(module: string, tag: string, version?: string): Release {
  return {
    tag,
    module,
    ...(version === undefined ? {} : { version }),
    files: {
      "a.go": `package a // ${tag}\n`,
      LICENSE: "l\n",
      "vendor/modules.txt": "#\n",
      "vendor/d/d.go": "package d\n",
    },
    options: { modulePath: module },
  };
}

function goMod(module: string, tag: string, text: string): Release {
  return { tag, module, files: { "go.mod": text, "a.go": "package a\n" }, options: { allowRetracted: true } };
}

const text = "github.com/acme/gomod";

export const layoutRepositories: readonly ReleaseRepository[] = [
  {
    root: "github.com/acme/plain",
    releases: [
      ...releases("github.com/acme/plain", ["v0.0.0", "v0.0.1", "v0.1.0-alpha", "v0.9.0", "v1.0.0"]),
      ...releases("github.com/acme/plain", [
        "v1.0.0-0",
        "v1.0.0-rc.1",
        "v1.0.1-a.b-c.10",
        "v1.10.0",
        "v1.2.999999",
      ]),
      ...releases("github.com/acme/plain", ["v1.20.0", "v1.21.0-pre"], { annotated: true }),
      ...releases("github.com/acme/plain", ["v1.30.0"], { seconds: 0 }),
      ...releases("github.com/acme/plain", ["v1.31.0"], { seconds: 4_102_444_799 }),
    ],
  },
  {
    root: "github.com/AcMe/UPPER",
    releases: [
      ...releases("github.com/AcMe/UPPER", ["v1.0.0", "v1.0.0-RC.1"]),
      ...releases("github.com/AcMe/UPPER/v2", ["v2.0.0"]),
      {
        tag: "Sub/Dir/v1.0.0",
        module: "github.com/AcMe/UPPER/Sub/Dir",
        files: { "Sub/Dir/go.mod": "module github.com/AcMe/UPPER/Sub/Dir\n", "Sub/Dir/X.go": "package X\n" },
      },
    ],
  },
  {
    root: "github.com/acme/old",
    releases: [
      bare("github.com/acme/old", "v0.5.0"),
      bare("github.com/acme/old", "v1.0.0"),
      bare("github.com/acme/old", "v2.0.0", "v2.0.0+incompatible"),
      bare("github.com/acme/old", "v3.1.4-beta", "v3.1.4-beta+incompatible"),
      bare("github.com/acme/old", "v10.0.0", "v10.0.0+incompatible"),
    ],
  },
  {
    root: "github.com/acme/incompatible",
    releases: [
      {
        ...bare("github.com/acme/incompatible", "v2.0.0", "v2.0.0+incompatible"),
        files: {
          "v2/go.mod": "module github.com/acme/incompatible/v2\n",
          "v2/a.go": "package a\n",
          "b.go": "package b\n",
        },
      },
    ],
  },
  {
    root: "github.com/acme/branches",
    releases: ["", "/v2", "/v3", "/v10"].flatMap((suffix, i) =>
      releases(`github.com/acme/branches${suffix}`, [
        `v${[1, 2, 3, 10][i]}.0.0`,
        `v${[1, 2, 3, 10][i]}.1.0-pre`,
      ]),
    ),
  },
  {
    root: "github.com/acme/folders",
    releases: [2, 3, 11].map((major) => ({
      tag: `v${major}.0.0`,
      module: `github.com/acme/folders/v${major}`,
      files: {
        "go.mod": "module github.com/acme/folders\n",
        [`v${major}/go.mod`]: `module github.com/acme/folders/v${major}\n`,
        [`v${major}/a.go`]: "package a\n",
        LICENSE: "l\n",
      },
    })),
  },
  {
    root: "github.com/acme/nested",
    releases: [
      ...["sub", "a/b/c", "x.y/z-1", "cmd/tool"].map((dir) => ({
        tag: `${dir}/v0.1.0`,
        module: `github.com/acme/nested/${dir}`,
        files: {
          [`${dir}/go.mod`]: `module github.com/acme/nested/${dir}\n`,
          [`${dir}/a.go`]: "package a\n",
          "r.go": "x",
        },
      })),
      {
        tag: "sub/v2.0.0",
        module: "github.com/acme/nested/sub/v2",
        files: { "sub/go.mod": "module github.com/acme/nested/sub/v2\n", "sub/a.go": "package a\n" },
      },
      {
        tag: "sub/v3.0.0",
        module: "github.com/acme/nested/sub/v3",
        files: {
          "sub/go.mod": "module github.com/acme/nested/sub\n",
          "sub/v3/go.mod": "module github.com/acme/nested/sub/v3\n",
          "sub/v3/a.go": "package a\n",
          LICENSE: "l\n",
        },
      },
      {
        tag: "sub/v1.5.0",
        module: "github.com/acme/nested/sub",
        files: {
          "sub/go.mod": "module github.com/acme/nested/sub\n",
          "sub/inner/go.mod": "module github.com/acme/nested/sub/inner\n",
          "sub/inner/i.go": "package i\n",
          "sub/s.go": "package s\n",
        },
      },
      {
        tag: "sub/inner/v1.5.0",
        module: "github.com/acme/nested/sub/inner",
        files: {
          "sub/inner/go.mod": "module github.com/acme/nested/sub/inner\n",
          "sub/inner/i.go": "package i\n",
        },
      },
    ],
  },
  {
    root: text,
    releases: [
      goMod(text, "v1.0.0", `module ${text}\r\n\r\ngo 1.20\r\n`),
      goMod(text, "v1.0.1", `module "${text}"\n`),
      goMod(text, "v1.0.2", `module ${text}`),
      goMod(text, "v1.0.3", `// Deprecated: use another\nmodule ${text} // comment\n`),
      goMod(text, "v1.0.4", `module ${text}\nretract v1.0.4 // itself\n`),
      goMod(text, "v1.0.5", `module ${text}\nfuture directive\nfuture (\n\tblock\n)\n`),
      goMod(
        text,
        "v1.0.6",
        `module ${text}\nrequire example.com/x v1.2.3 // indirect\nreplace example.com/x => ../x\n`,
      ),
      goMod(text, "v1.0.7", `\n\n   module   ${text}\t\n\n\n`),
      goMod(text, "v1.0.9", `module ${text}\ngodebug default=go1.21\ntool example.com/t\nignore ./x\n`),
    ],
  },
  {
    root: "github.com/acme/sha256",
    initArgs: ["--object-format=sha256"],
    releases: [
      ...releases("github.com/acme/sha256", ["v1.0.0"]),
      ...releases("github.com/acme/sha256", ["v1.1.0"], { annotated: true }),
    ],
  },
  {
    root: "gopkg.in/bare.v1",
    releases: [bare("gopkg.in/bare.v1", "v1.0.0"), bare("gopkg.in/bare.v1", "v1.2.0")],
  },
  { root: "gopkg.in/bare.v2", releases: [bare("gopkg.in/bare.v2", "v2.0.0")] },
  { root: "gopkg.in/yaml.v3", releases: releases("gopkg.in/yaml.v3", ["v3.0.0", "v3.0.1", "v3.1.0-pre"]) },
  { root: "gopkg.in/Upper/Case.v4", releases: releases("gopkg.in/Upper/Case.v4", ["v4.0.0"]) },
  { root: "gopkg.in/edge.v2-unstable", releases: releases("gopkg.in/edge.v2-unstable", ["v2.0.0"]) },
  { root: "gopkg.in/zero.v0", releases: [bare("gopkg.in/zero.v0", "v0.3.0")] },
  { root: "go.vanity.example/tool", releases: releases("go.vanity.example/tool", ["v1.0.0", "v1.1.0"]) },
  { root: "go.vanity.example/major/v2", releases: releases("go.vanity.example/major/v2", ["v2.0.0"]) },
  {
    root: "go.vanity.example/subdir",
    releases: ["v1.0.0", "v1.1.0"].map((version) => ({
      tag: `go/sdk/${version}`,
      module: "go.vanity.example/subdir",
      files: {
        "go/sdk/go.mod": "module go.vanity.example/subdir\n",
        "go/sdk/a.go": "package a\n",
        LICENSE: "l\n",
        other: "",
      },
      options: { allowSubdirMismatch: true },
    })),
  },
];

/** go-import tags with a subdirectory (Go 1.25): repository root to folder. */
export const importSubdirs: Readonly<Record<string, string>> = { "go.vanity.example/subdir": "go/sdk" };
