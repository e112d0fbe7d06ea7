import { digestOf, type Files, goMod } from "../harness.ts";

/** The files of example.com/a v1.0.0, of which the packages a and a/p are vendored. */
export const moduleFiles: Files = {
  "go.mod": "module example.com/a\n",
  LICENSE: "licence",
  "a.go": "package a\n",
  "gen.go": "//go:build ignore\n\npackage main\n",
  "a_test.go": "package a\n",
  "p/p.go": 'package p\n\nimport _ "embed"\n\n//go:embed data/*\nvar data string\n',
  "p/data/x.txt": "x",
  "q/q.go": "package q\n",
};

const name = "example.com/a@v1.0.0/";

/** A repository that vendors it. */
export const vendored: Files = {
  "go.mod": goMod("require example.com/a v1.0.0"),
  "go.sum": `example.com/a v1.0.0 ${digestOf(moduleFiles, name).sum()}\n`,
  "vendor/modules.txt": "# example.com/a v1.0.0\n## explicit; go 1.20\nexample.com/a\nexample.com/a/p\n",
  "vendor/example.com/a/LICENSE": moduleFiles.LICENSE!,
  "vendor/example.com/a/a.go": moduleFiles["a.go"]!,
  "vendor/example.com/a/p/p.go": moduleFiles["p/p.go"]!,
  "vendor/example.com/a/p/data/x.txt": moduleFiles["p/data/x.txt"]!,
};

export const vendoredProxy = {
  "example.com/a": { versions: { "v1.0.0": "" }, files: moduleFiles, licence: "" },
};
