import {
  below,
  type Files,
  majorDirSeries,
  nestedSeries,
  type ReleaseRepository,
  rootSeries,
} from "./release.ts";

/*
 * Oddities of what stands in the files: attributes, vendored code, LICENSE, links, names.
 */

const texts: Files = {
  "a.txt": "one\ntwo\n$Id$\n",
  "crlf.txt": "one\r\ntwo\r\n",
  "mixed.txt": "one\r\ntwo\nthree\r",
  "main.go": "package main\n// $Format:%H$ $Id$\n",
  "dir/b.txt": "b\n$Id: old $\n",
  "bin.dat": Buffer.from([0, 13, 10, 255, 10, 0]),
};

/** One `.gitattributes` each. */
const attributes = [
  "* text=auto\n",
  "* text\n",
  "* -text\n",
  "* eol=crlf\n",
  "* text eol=crlf\n",
  "* text=auto eol=crlf\n",
  "* eol=lf\n",
  "*.txt ident\n",
  "* ident eol=crlf\n",
  "* export-subst\n",
  "*.go export-subst\n",
  "*.txt export-ignore\n",
  "dir export-ignore\n",
  ".gitattributes export-ignore\na.txt export-ignore\n",
  "* export-subst export-ignore ident text\n",
  "* crlf\n",
  "* -crlf\n",
  "* crlf=input\n",
  "*.txt working-tree-encoding=UTF-16LE\n",
  "*.txt text working-tree-encoding=UTF-16 eol=crlf\n",
  "*.txt filter=lfs diff=lfs merge=lfs -text\n",
  "* filter=up\n",
  "[attr]odd eol=crlf ident export-ignore\n*.txt odd\n",
  "* binary\n",
  "a.txt text eol=crlf\ncrlf.txt text eol=lf\n",
  "go.mod text eol=crlf\n",
  "dir/** eol=crlf\n",
  "# nothing\n",
];

const attributeFiles = attributes.map((text): Files => ({ ...texts, ".gitattributes": text }));

/** Attributes of folders win over those above them. */
const nestedAttributes: Files[] = [
  { ...texts, ".gitattributes": "* eol=crlf\n", "dir/.gitattributes": "* eol=lf -ident\n" },
  { ...texts, "dir/.gitattributes": "b.txt ident eol=crlf\n" },
  { ...texts, ".gitattributes": "* eol=crlf\n", "dir/.gitattributes": "* !eol\n" },
];

function vendored(goMod: string): Files {
  return {
    "go.mod": goMod,
    "m.go": "package m\n",
    "vendor/x.go": "package vendor\n",
    "vendor/modules.txt": "# none\n",
    "vendor/example.com/dep/d.go": "package dep\n",
    "vendor/example.com/dep/vendor/x/y.go": "package y\n",
    "pkg/vendor/x.go": "package vendor\n",
    "pkg/vendor/modules.txt": "# none\n",
    "pkg/vendor/example.com/dep/d.go": "package dep\n",
    "vendored/x.go": "package vendored\n",
  };
}

/** What follows the module line; the vendor rule changes at go 1.24. */
const goLines = [
  "",
  "go 1.9\n",
  "go 1.13\n",
  "go 1.21\n",
  "go 1.21.0\n",
  "go 1.23\n",
  "go 1.23.99\n",
  "go 1.24rc1\n",
  "go 1.24\n",
  "go 1.24.0\n",
  "go 1.24.5\n\ntoolchain go1.24.6\n",
  "go 1.25\n",
  "go 1.26\n",
  "// go 1.24\n",
  "go 1.23 // go 1.24\n",
];

const licenses: { files: Files; outside?: Files }[] = [
  { files: {}, outside: { LICENSE: "root\n" } },
  { files: { LICENSE: "own\n" }, outside: { LICENSE: "root\n" } },
  { files: {}, outside: {} },
  { files: {}, outside: { LICENSE: { symlink: "COPYING" }, COPYING: "c\n" } },
  { files: { LICENSE: { symlink: "../LICENSE" } }, outside: { LICENSE: "root\n" } },
  { files: {}, outside: { "LICENSE.md": "root\n", license: "lower\n" } },
  { files: { "LICENSE.txt": "own\n" }, outside: { LICENSE: "root\n" } },
  { files: { license: "lower\n" }, outside: { "LICENSE.md": "root\n" } },
  { files: {}, outside: { "LICENSE/text": "a folder\n" } },
  { files: { "pkg/LICENSE": "deeper\n" }, outside: { LICENSE: "root\n" } },
  { files: {}, outside: { LICENSE: "" } },
  { files: {}, outside: { LICENSE: { executable: "root\n" } } },
  { files: {}, outside: { LICENSE: "root\r\n$Id$\n", ".gitattributes": "LICENSE eol=crlf ident text\n" } },
  { files: { LICENSE: { submodule: "1".repeat(40) } }, outside: { LICENSE: "root\n" } },
  { files: {}, outside: { LICENSE: { submodule: "1".repeat(40) } } },
];

const links: Files[] = [
  { "a.go": "package a\n", "b.go": { symlink: "a.go" } },
  { "a/x.go": "package a\n", b: { symlink: "a" } },
  { dangling: { symlink: "nowhere/at/all" } },
  { LICENSE: { symlink: "COPYING" }, COPYING: "c\n" },
  { "sub/go.mod": { symlink: "../go.mod" }, "sub/s.go": "package s\n" },
  { dep: { submodule: "2".repeat(40) }, ".gitmodules": '[submodule "dep"]\n\tpath = dep\n\turl = ../dep\n' },
  { "vendor/dep": { submodule: "3".repeat(40) }, "v.go": "package v\n" },
  { "sub/deep/dep": { submodule: "4".repeat(40) }, "sub/deep/x.go": "package x\n" },
  { absolute: { symlink: "/etc/passwd" }, up: { symlink: "../../.." } },
];

const names: Files[] = [
  { "𠀀.txt": "beyond the BMP\n", "ﬀ.txt": "U+FB00\n", "z.txt": "z\n", "é/ü.go": "package u\n" },
  { "𝒳/𝒴.go": "package y\n", "𝒳/ﬁ.go": "package f\n", "𝒳.go": "package x\n" },
  { "日本語.txt": "x\n", "Ωmega.go": "package o\n", "ßtraße.txt": "s\n" },
  { "with space.txt": "x\n", "a!#$%&()+,-.=@[]^_{}~b": "x\n" },
  { ".hidden": "x\n", ".github/workflows/ci.yml": "x\n", ".gitignore": "*.o\n", ".x.y": "x\n" },
  { ".hg_archival.txt": "x\n", "sub/.hg_archival.txt": "y\n" },
  { [`${"d/".repeat(40)}f.go`]: "package d\n" },
  { [`${"n".repeat(100)}.go`]: "x\n", [`${"n".repeat(99)}`]: "x\n", [`${"m".repeat(200)}.txt`]: "x\n" },
  { [`${"long-folder-name/".repeat(12)}${"f".repeat(120)}.go`]: "x\n" },
  { "a-b": "1", "a.b": "2", "a/b": "3", a0b: "4", "a b": "5" },
  { "x/y": "1", "x.go": "2", "x-y": "3", "x/y.z": "4" },
  { "prefix/a.go": "package a\n", "prefix/prefix/b.go": "package b\n" },
  { "go.sum": "", "go.work": "go 1.21\n", "go.work.sum": "" },
  { "-rf": "x", "--help": "x", "@v": "x" },
  { "[a]/b.go": "package b\n", "a/b.go": "package b\n" },
];

const modules: Files[] = [
  { "sub/go.mod": "module x\n", "sub/s.go": "package s\n", "subway/s.go": "package s\n" },
  { "sub/GO.MOD": "module x\n", "sub/s.go": "package s\n" },
  { "sub/go.mod/f.go": "package f\n", "sub/s.go": "package s\n" },
  { "a/b/go.mod": "", "a/b/c/d.go": "package d\n", "a/x.go": "package x\n" },
  { "testdata/go.mod": "module t\n", "testdata/t.go": "package t\n" },
  { "_x/go.mod": "module t\n", ".y/go.mod": "module t\n", "z.go": "package z\n" },
];

const kinds: Files[] = [
  {},
  { "empty.go": "", "dir/.gitkeep": "" },
  { "run.sh": { executable: "#!/bin/sh\n" }, "bin/tool": { executable: "\x7fELF" } },
  { "big.bin": Buffer.alloc(5 * 1024 * 1024 + 7, "0123456789abcdef") },
  { "medium.bin": Buffer.alloc(1024 * 1024 + 1, 7), "edge.bin": Buffer.alloc(1024 * 1024, 9) },
  Object.fromEntries(Array.from({ length: 1200 }, (_, i) => [`many/f${i}.go`, `package many // ${i}\n`])),
  { "zeros.dat": Buffer.alloc(511), "block.dat": Buffer.alloc(512, 1), "block2.dat": Buffer.alloc(1024, 2) },
];

export const contentRepositories: readonly ReleaseRepository[] = [
  rootSeries("github.com/acme/attributes", [...attributeFiles, ...nestedAttributes]),
  nestedSeries(
    "github.com/acme/attributes-nested",
    attributes.map((text) => ({ files: texts, outside: { ...texts, ".gitattributes": text } })),
  ),
  majorDirSeries("github.com/acme/attributes-major", [
    { files: texts, outside: { ".gitattributes": "v2/* eol=crlf\n" } },
    { files: { ...texts, ".gitattributes": "* ident\n" }, outside: { ".gitattributes": "* eol=crlf\n" } },
  ]),
  rootSeries(
    "github.com/acme/vendored",
    goLines.map((line) => vendored(`module github.com/acme/vendored\n\n${line}`)),
  ),
  nestedSeries(
    "github.com/acme/vendored-nested",
    goLines.map((line) => ({ files: vendored(`module github.com/acme/vendored-nested/lib\n\n${line}`) })),
  ),
  nestedSeries("github.com/acme/license-nested", licenses),
  majorDirSeries("github.com/acme/license-major", licenses),
  rootSeries("github.com/acme/links", links),
  nestedSeries(
    "github.com/acme/links-nested",
    links.map((files) => ({ files, outside: below("other", files) })),
  ),
  rootSeries("github.com/acme/names", names),
  rootSeries("github.com/acme/modules", modules),
  rootSeries("github.com/acme/kinds", kinds),
];

/** Trees that Go's zip rules refuse. */
export const refusedRepository = rootSeries("github.com/acme/refused", [
  { "con.txt": "x" },
  { "sub/aux": "x" },
  { "a:b": "x" },
  { 'quote".go': "x" },
  { "back\\slash": "x" },
  { "star*.go": "x" },
  { "trailing.": "x" },
  { "Case.go": "x", "case.go": "y" },
  { "Dir/a.go": "x", "dir/b.go": "y" },
  { "GO.MOD": "module x\n" },
  { "K.txt": "Kelvin sign", "k.txt": "k" },
  { "emoji😀.txt": "x" },
  { "line\nbreak": "x" },
  { "tab\there": "x" },
  { "nbsp\u00a0.txt": "x" },
]);
