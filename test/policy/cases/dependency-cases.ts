import { goMod } from "../harness.ts";
import type { RuleCases } from "./rule-cases.ts";
import { vendored, vendoredProxy } from "./vendored.ts";

const requires = (rest: string) => ({ "go.mod": goMod(rest) });
const h1 = (digit: string) => `h1:${digit.repeat(43)}=`;
const MIT = `MIT License

Copyright (c) 2020 Somebody

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
`;

const waiver =
  'waivers:\n  - { rule: replace-local, subject: "example.com/a*", reason: r, owner: o, expires: "2026-12-31" }\n';

/** Rules about what a module requires. */
export const dependencyCases: RuleCases = {
  "replace-local": {
    fires: {
      scene: { head: requires("require example.com/a v1.0.0\n\nreplace example.com/a => ../a") },
      line: 7,
      edited: goMod("require example.com/a v1.0.0"),
    },
    silent: {
      head: requires("require example.com/a v1.0.0\n\nreplace example.com/a => example.com/a v1.0.1"),
    },
  },
  "replace-fork": {
    fires: { scene: { head: requires("replace example.com/a => example.com/fork/a v1.0.0") }, line: 5 },
    silent: { head: requires("replace example.com/a v1.0.0 => example.com/a v1.0.1") },
  },
  "replace-any-version": {
    fires: { scene: { head: requires("replace example.com/a => example.com/a v1.0.1") }, line: 5 },
    silent: { head: requires("replace example.com/a v1.0.0 => example.com/a v1.0.1") },
  },
  "exclude-directive": {
    fires: { scene: { head: requires("exclude example.com/a v1.0.0") }, line: 5, edited: goMod() },
    silent: { head: requires("require example.com/a v1.0.1") },
  },
  "require-pseudo-version": {
    fires: { scene: { head: requires("require example.com/a v0.0.0-20260102150405-abcdef123456") }, line: 5 },
    silent: { head: requires("require example.com/a v0.0.0-20260102150405-abcdef123456 // indirect") },
  },
  "require-prerelease": {
    fires: { scene: { head: requires("require example.com/a v1.0.0-rc.1") }, line: 5 },
    silent: { head: requires("require example.com/a v0.0.0-20260102150405-abcdef123456") },
  },
  "require-incompatible": {
    fires: { scene: { head: requires("require example.com/a v2.0.0+incompatible") }, line: 5 },
    silent: { head: requires("require example.com/a/v2 v2.0.0") },
  },
  "require-retracted": {
    fires: {
      scene: {
        head: requires("require (\n\texample.com/a v1.0.0\n\texample.com/b v1.0.0 // indirect\n)"),
        proxy: {
          "example.com/a": { versions: { "v1.0.0": "require example.com/b v1.0.0" } },
          "example.com/b": { versions: { "v1.0.0": "", "v1.0.1": "retract v1.0.0 // Deletes data." } },
        },
      },
      line: 7,
    },
    silent: {
      head: requires("require example.com/b v1.0.1"),
      proxy: { "example.com/b": { versions: { "v1.0.0": "", "v1.0.1": "retract v1.0.0" } } },
    },
  },
  "require-deprecated": {
    fires: {
      line: 5,
      scene: {
        head: requires("require example.com/a v1.0.0"),
        proxy: {
          "example.com/a": { versions: { "v1.0.0": "", "v1.0.1": "" }, deprecated: "use example.com/b" },
        },
      },
    },
    silent: {
      head: requires("require example.com/a v1.0.0"),
      proxy: { "example.com/a": { versions: { "v1.0.0": "" } } },
    },
  },
  "dependency-denied": {
    fires: {
      scene: {
        head: requires("require (\n\texample.com/a v1.0.0\n\texample.com/b v1.2.0 // indirect\n)"),
        policy:
          'dependencies:\n  deny:\n    - { module: example.com/b, versions: "<v1.3.0", reason: leaks, alternative: example.com/c }',
      },
      line: 7,
    },
    silent: {
      head: requires("require example.com/b v1.3.0"),
      policy: 'dependencies: { deny: [{ module: example.com/b, versions: "<v1.3.0", reason: leaks }] }',
    },
  },
  "dependency-not-allowed": {
    fires: {
      scene: {
        head: requires("require (\n\texample.com/a v1.0.0\n\tother.org/b v1.2.0 // indirect\n)"),
        policy: "dependencies: { allow: [example.com/...] }",
      },
      line: 7,
    },
    silent: {
      head: requires("require example.com/a/b v1.0.0"),
      policy: "dependencies: { allow: [example.com/...] }",
    },
  },
  "dependency-confusion": {
    fires: {
      scene: {
        head: requires("require corp.example/a v1.0.0"),
        policy: "dependencies: { private: [corp.example] }",
        proxy: { "corp.example/a": { versions: {}, public: true } },
      },
      line: 5,
    },
    silent: {
      head: requires("require (\n\tcorp.example/a v1.0.0\n\texample.com/a v1.0.0\n)"),
      policy: "dependencies: { private: [corp.example] }",
      proxy: { "example.com/a": { versions: {}, public: true } },
    },
  },
  "sibling-unpublished": {
    fires: {
      scene: {
        head: {
          "go.mod": goMod("require example.com/m/sub v1.1.0"),
          "sub/go.mod": goMod("", "example.com/m/sub"),
        },
        published: { "example.com/m/sub": ["v1.0.0"] },
      },
      line: 5,
    },
    silent: {
      head: {
        "go.mod": goMod("require example.com/m/sub v1.0.0"),
        "sub/go.mod": goMod("", "example.com/m/sub"),
      },
      published: { "example.com/m/sub": ["v1.0.0"] },
    },
  },
  "dependency-duplicate-major": {
    fires: {
      scene: { head: requires("require (\n\texample.com/a v1.0.0\n\texample.com/a/v2 v2.0.0\n)") },
      line: 7,
    },
    silent: { head: requires("require (\n\texample.com/a v1.0.0\n\texample.com/a/v2 v2.0.0 // indirect\n)") },
  },
  "dependency-end-of-life": {
    fires: {
      scene: {
        head: requires("require example.com/a v1.0.0"),
        policy:
          'dependencies: { endOfLife: [{ module: example.com/a, versions: "<v2.0.0", date: "2026-05-01" }] }',
      },
      line: 5,
    },
    silent: {
      head: requires("require example.com/a v1.0.0"),
      policy: 'dependencies: { endOfLife: [{ module: example.com/a, date: "2026-07-01" }] }',
    },
  },
  "require-missing": {
    fires: {
      scene: {
        head: {
          "go.mod": goMod(),
          "sub/a.go": 'package sub\n\nimport (\n\t"fmt"\n\t_ "example.com/a/b"\n)\n',
        },
      },
      line: 5,
    },
    silent: {
      head: {
        "go.mod": goMod("require example.com/a v1.0.0"),
        "a.go": 'package m\n\nimport _ "example.com/a/b"\nimport _ "example.com/m/x"\n',
        "gen.go": '//go:build ignore\n\npackage main\n\nimport _ "example.com/other"\n',
        "testdata/b.go": 'package b\n\nimport _ "example.com/other"\n',
      },
    },
  },
  "require-below-selected": {
    fires: {
      scene: {
        head: requires("require (\n\texample.com/a v1.0.0\n\texample.com/b v1.0.0\n)"),
        proxy: {
          "example.com/a": { versions: { "v1.0.0": "require example.com/b v1.2.0" } },
          "example.com/b": { versions: { "v1.0.0": "", "v1.2.0": "" } },
        },
      },
      line: 7,
      edited: goMod("require (\n\texample.com/a v1.0.0\n\texample.com/b v1.2.0\n)"),
    },
    silent: {
      head: requires("require (\n\texample.com/a v1.0.0\n\texample.com/b v1.3.0\n)"),
      proxy: {
        "example.com/a": { versions: { "v1.0.0": "require example.com/b v1.2.0" } },
        "example.com/b": { versions: { "v1.2.0": "", "v1.3.0": "" } },
      },
    },
  },
  "self-requirement": {
    fires: {
      scene: {
        head: requires("require example.com/a v1.0.0"),
        proxy: { "example.com/a": { versions: { "v1.0.0": "require example.com/m v1.5.0" } } },
        published: { "example.com/m": ["v1.0.0"] },
      },
    },
    silent: {
      head: requires("require example.com/a v1.0.0"),
      proxy: { "example.com/a": { versions: { "v1.0.0": "require example.com/m v1.5.0" } } },
      published: { "example.com/m": ["v1.0.0", "v1.5.0"] },
    },
  },
  "vendor-altered": {
    fires: {
      scene: {
        base: vendored,
        head: { ...vendored, "vendor/example.com/a/a.go": "package a // evil\n" },
        proxy: vendoredProxy,
      },
    },
    silent: {
      base: { ...vendored, "vendor/example.com/a/a.go": "package a // evil\n" },
      head: vendored,
      proxy: vendoredProxy,
    },
  },
  "vendor-drift": {
    fires: {
      scene: {
        head: {
          "go.mod": goMod("require example.com/a v1.0.1"),
          "vendor/modules.txt": "# example.com/a v1.0.0\n## explicit; go 1.20\nexample.com/a\n",
        },
      },
      line: 5,
    },
    silent: {
      head: {
        "go.mod": goMod("require example.com/a v1.0.0"),
        "vendor/modules.txt": "# example.com/a v1.0.0\n## explicit; go 1.20\nexample.com/a\n",
      },
    },
  },
  "go-sum-syntax": {
    fires: { scene: { head: { "go.mod": goMod(), "go.sum": "\nexample.com/a v1.0.0\n" } }, line: 2 },
    silent: { head: { "go.mod": goMod(), "go.sum": `example.com/a v1.0.0 ${h1("A")}\n\n` } },
  },
  "go-sum-changed": {
    fires: {
      scene: {
        base: { "go.mod": goMod(), "go.sum": `example.com/a v1.0.0 ${h1("A")}\n` },
        head: { "go.mod": goMod(), "go.sum": `example.com/a v1.0.0 ${h1("B")}\n` },
      },
      line: 1,
    },
    silent: {
      base: { "go.mod": goMod(), "go.sum": `example.com/a v1.0.0 ${h1("A")}\n` },
      head: { "go.mod": goMod(), "go.sum": `example.com/a v1.0.1 ${h1("B")}\n` },
    },
  },
  "go-sum-missing": {
    fires: {
      scene: {
        head: {
          "go.mod": goMod("require example.com/a v1.0.0"),
          "go.sum": `example.com/a v1.0.0/go.mod ${h1("A")}\n`,
          "a.go": 'package m\n\nimport _ "example.com/a/b"\n',
        },
      },
      line: 5,
    },
    silent: {
      head: {
        "go.mod": goMod("require example.com/a v1.0.0"),
        "go.sum": `example.com/a v1.0.0/go.mod ${h1("A")}\n`,
        "a.go": "package m\n",
      },
    },
  },
  "go-sum-extra": {
    fires: {
      scene: {
        head: {
          "go.mod": goMod("require example.com/a v1.0.1"),
          "go.sum": `example.com/a v1.0.0 ${h1("A")}\nexample.com/a v1.0.1 ${h1("B")}\n`,
        },
      },
      line: 1,
    },
    silent: {
      head: {
        "go.mod": goMod("require example.com/a v1.0.1"),
        "go.sum": `example.com/a v1.0.0/go.mod ${h1("A")}\nexample.com/a v1.0.1 ${h1("B")}\n`,
      },
    },
  },
  "licence-not-allowed": {
    fires: {
      scene: {
        head: requires("require example.com/a v1.0.0"),
        policy: "licences: { allow: [Apache-2.0] }",
        proxy: { "example.com/a": { versions: { "v1.0.0": "" }, licence: MIT } },
      },
      line: 5,
    },
    silent: {
      head: requires("require example.com/a v1.0.0"),
      policy: "licences: { allow: [Apache-2.0, MIT] }",
      proxy: { "example.com/a": { versions: { "v1.0.0": "" }, licence: MIT } },
    },
  },
  "licence-unknown": {
    fires: {
      scene: {
        head: requires("require example.com/a v1.0.0"),
        policy: "licences: { allow: [MIT] }",
        proxy: { "example.com/a": { versions: { "v1.0.0": "" }, licence: "Do what seems right to you." } },
      },
      line: 5,
    },
    silent: {
      head: requires("require example.com/a v1.0.0"),
      policy: "licences: { allow: [MIT], exceptions: [{ module: example.com/a, licence: MIT }] }",
      proxy: { "example.com/a": { versions: { "v1.0.0": "" } } },
    },
  },
  "vulnerable-dependency": {
    fires: {
      scene: {
        head: requires("require example.com/a v1.2.0"),
        advisories: {
          "example.com/a": [{ ranges: [{ introduced: "v1.1.0", fixed: "v1.2.1", custom: false }] }],
        },
      },
      line: 5,
    },
    silent: {
      head: requires("require example.com/a v1.2.1"),
      advisories: {
        "example.com/a": [{ ranges: [{ introduced: "v1.1.0", fixed: "v1.2.1", custom: false }] }],
      },
    },
  },
  "vulnerable-toolchain": {
    fires: {
      scene: {
        head: { "go.mod": "module example.com/m\n\ngo 1.22.0\n\ntoolchain go1.22.3\n" },
        advisories: {
          stdlib: [{ ranges: [{ introduced: "v1.22.0-0", fixed: "v1.22.4", custom: false }] }],
          toolchain: [
            { id: "GO-2026-2", aliases: [], ranges: [{ introduced: "", fixed: "v1.22.5", custom: false }] },
          ],
        },
      },
      line: 5,
    },
    silent: {
      head: { "go.mod": "module example.com/m\n\ngo 1.22.4\n" },
      advisories: {
        stdlib: [{ ranges: [{ introduced: "v1.22.0-0", fixed: "v1.22.4", custom: false }] }],
      },
    },
  },
  "vulnerable-dependency-unconfirmed": {
    fires: {
      scene: {
        head: requires("require example.com/a v1.2.0"),
        advisories: {
          "example.com/a": [{ reviewed: false, ranges: [{ introduced: "", fixed: "", custom: false }] }],
        },
      },
      line: 5,
    },
    silent: {
      head: requires("require example.com/a v1.2.0"),
      advisories: { "example.com/a": [{ withdrawn: true, reviewed: false }] },
    },
  },
  "module-metadata": {
    fires: {
      scene: { head: { "go.mod": goMod(), "module.yaml": "owner: me\nlifecyle: { state: active }\n" } },
      line: 2,
    },
    silent: { head: { "go.mod": goMod(), "module.yaml": "owner: me\nlifecycle: { state: active }\n" } },
  },
  "module-metadata-missing": {
    fires: {
      scene: {
        head: { "go.mod": goMod(), "module.yaml": "owner: me\n" },
        policy: "metadata: { required: [owner, lifecycle] }",
      },
    },
    silent: {
      head: { "go.mod": goMod(), "module.yaml": "owner: me\n" },
      policy: "metadata: { required: [owner] }",
    },
  },
  "module-lifecycle": {
    fires: {
      scene: {
        head: { "go.mod": goMod(), "module.yaml": 'lifecycle: { state: active, endOfLife: "2026-05-31" }\n' },
      },
    },
    silent: {
      head: { "go.mod": goMod(), "module.yaml": 'lifecycle: { state: active, endOfLife: "2026-07-31" }\n' },
    },
  },
  "module-removed": {
    fires: {
      scene: {
        base: { "go.mod": goMod(), "sub/go.mod": goMod("", "example.com/m/sub") },
        head: { "go.mod": goMod() },
        published: { "example.com/m/sub": ["v1.0.0"] },
      },
    },
    // Moved into another folder.
    silent: {
      base: { "go.mod": goMod(), "sub/go.mod": goMod("", "example.com/m/sub") },
      head: { "go.mod": goMod(), "moved/go.mod": goMod("", "example.com/m/sub") },
    },
  },
  "waiver-unused": {
    fires: {
      scene: {
        head: { "go.mod": goMod(), "modwharf.yaml": waiver },
        policy: waiver,
      },
      line: 2,
    },
    silent: {
      head: { "go.mod": goMod("replace example.com/a => ../a"), "modwharf.yaml": waiver },
      policy: waiver,
    },
  },
  "policy-changed": {
    fires: {
      scene: {
        base: { "go.mod": goMod(), "modwharf.yaml": "{}" },
        head: { "go.mod": goMod(), "modwharf.yaml": "preset: service" },
        policy: "preset: service",
      },
    },
    silent: {
      base: { "go.mod": goMod(), "modwharf.yaml": "preset: service" },
      head: { "go.mod": goMod(), "modwharf.yaml": "preset: service" },
      policy: "preset: service",
    },
  },
};
