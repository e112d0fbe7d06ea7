import type { FixtureCommit } from "../../source/git-fixture.ts";
import type { Files } from "./release.ts";

/** A history whose commits are published under pseudo-versions, each for these modules. */
export interface History {
  readonly root: string;
  readonly commits: readonly FixtureCommit[];
  /** Module paths, each with the commits (by index) to ask for; `bare` modules have no go.mod. */
  readonly modules: readonly { readonly path: string; readonly at: readonly number[] }[];
}

function plain(module: string, content: string, more: Files = {}): Files {
  return { "go.mod": `module ${module}\n`, "a.go": `package a // ${content}\n`, ...more };
}

const untagged = "github.com/acme/untagged";
const based = "github.com/acme/based";
const mono = "github.com/acme/mono";
const old = "github.com/acme/oldrev";
const retracted = "github.com/acme/retracted";

export const histories: readonly History[] = [
  {
    root: untagged,
    commits: [{ files: plain(untagged, "1") }, { files: plain(untagged, "2"), tags: ["nightly"] }],
    modules: [{ path: untagged, at: [0, 1] }],
  },
  {
    root: based,
    commits: [
      { files: plain(based, "0") },
      { files: plain(based, "1"), tags: ["v0.1.0"] },
      { files: plain(based, "2") },
      { files: plain(based, "3"), tags: ["v1.2.3-rc.1"] },
      { files: plain(based, "4") },
      { files: plain(based, "5"), tags: ["v1.2.3+meta", "v1.3"] },
      { files: plain(based, "6") },
      { files: plain(based, "7"), annotatedTags: ["v1.4.0", "v1.5.0"] },
      { files: plain(based, "8"), tags: ["v1.6.1-0.20200101000000-abcdefabcdef"] },
      { files: plain(based, "9"), tags: ["v2.0.0"] },
      { files: plain(`${based}/v2`, "10") },
    ],
    modules: [
      { path: based, at: [0, 2, 4, 5, 6, 7, 8, 9] },
      { path: `${based}/v2`, at: [10] },
    ],
  },
  {
    root: mono,
    commits: [
      { files: { ...plain(mono, "0"), "sub/go.mod": `module ${mono}/sub\n` }, tags: ["v1.0.0"] },
      { files: { ...plain(mono, "1"), "sub/go.mod": `module ${mono}/sub\n` }, tags: ["sub/v0.2.0"] },
      {
        files: {
          ...plain(mono, "2"),
          "sub/go.mod": `module ${mono}/sub\n`,
          "v2/go.mod": `module ${mono}/v2\n`,
        },
      },
      {
        files: {
          ...plain(mono, "3"),
          "sub/go.mod": `module ${mono}/sub\n`,
          "v2/go.mod": `module ${mono}/v2\n`,
        },
        tags: ["v2.1.0"],
      },
      {
        files: {
          ...plain(mono, "4"),
          "sub/go.mod": `module ${mono}/sub\n`,
          "v2/go.mod": `module ${mono}/v2\n`,
        },
      },
    ],
    modules: [
      { path: mono, at: [0, 1, 4] },
      { path: `${mono}/sub`, at: [0, 1, 2, 4] },
      { path: `${mono}/v2`, at: [2, 3, 4] },
    ],
  },
  {
    root: old,
    commits: [
      { files: { "a.go": "package a\n" } },
      { files: { "a.go": "package a // 1\n" }, tags: ["v1.1.0"] },
      { files: { "a.go": "package a // 2\n" } },
      { files: { "a.go": "package a // 3\n" }, tags: ["v3.0.0"] },
      { files: { "a.go": "package a // 4\n" } },
    ],
    modules: [{ path: old, at: [0, 2, 3, 4] }],
  },
  {
    root: retracted,
    commits: [
      { files: plain(retracted, "0"), tags: ["v1.0.0"] },
      { files: plain(retracted, "1"), tags: ["v1.9.0"] },
      {
        files: { ...plain(retracted, "2"), "go.mod": `module ${retracted}\nretract [v1.9.0, v1.9.9]\n` },
        tags: ["v1.9.1"],
      },
      { files: plain(retracted, "3") },
    ],
    modules: [{ path: retracted, at: [1, 2, 3] }],
  },
];
