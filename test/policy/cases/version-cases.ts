import { goMod } from "../harness.ts";
import type { RuleCases } from "./rule-cases.ts";

const exported = (names: string) => ({ "go.mod": goMod(), "a.go": `package m\n${names}\n` });

/** Rules about the module's own versions, its go.mod as such, and its exported names. */
export const versionCases: RuleCases = {
  "go-mod-syntax": {
    fires: { scene: { head: { "go.mod": "module example.com/m\n\ngo 1.22\n\nrequires x v1\n" } }, line: 5 },
    silent: { head: { "go.mod": goMod() } },
  },
  "go-work-committed": {
    fires: { scene: { head: { "go.mod": goMod(), "go.work": "go 1.22\n\nuse .\n" } } },
    silent: { head: { "go.mod": goMod() } },
  },
  "module-path-invalid": {
    fires: { scene: { head: { "go.mod": goMod("", "/home/gopher/mymod") } }, line: 1 },
    silent: { head: { "go.mod": goMod("", "example.com/m/v2") } },
  },
  "module-path-major": {
    fires: { scene: { head: { "go.mod": goMod("", "example.com/m/v1") } }, edited: goMod() },
    silent: { head: { "go.mod": goMod("", "gopkg.in/m.v1") } },
  },
  "gopkg-in-path": {
    fires: { scene: { head: { "yaml/go.mod": goMod("", "gopkg.in/yaml.v2") } } },
    silent: { head: { "go.mod": goMod("", "gopkg.in/user/yaml.v2") } },
  },
  "module-path-directory": {
    fires: { scene: { head: { "x/go.mod": goMod("", "example.com/y/v2") } } },
    silent: {
      head: { "x/go.mod": goMod("", "example.com/m/x/v2"), "x/v3/go.mod": goMod("", "example.com/m/x/v3") },
    },
  },
  "duplicate-module-root": {
    fires: {
      scene: {
        head: { "x/go.mod": goMod("", "example.com/m/x/v2"), "x/v2/go.mod": goMod("", "example.com/m/x/v2") },
      },
    },
    silent: {
      head: { "x/go.mod": goMod("", "example.com/m/x"), "x/v2/go.mod": goMod("", "example.com/m/x/v2") },
    },
  },
  "module-path-changed": {
    fires: { scene: { base: { "go.mod": goMod() }, head: { "go.mod": goMod("", "example.com/other") } } },
    silent: { base: { "go.mod": goMod() }, head: { "go.mod": goMod("", "example.com/m/v2") } },
  },
  "go-directive-missing": {
    fires: { scene: { head: { "go.mod": "module example.com/m\n" } }, line: 1 },
    silent: { head: { "go.mod": goMod() } },
  },
  "go-directive-lowered": {
    fires: {
      scene: {
        base: { "go.mod": goMod("", "example.com/m", "1.10") },
        head: { "go.mod": goMod("", "example.com/m", "1.9") },
      },
      line: 3,
      edited: goMod("", "example.com/m", "1.10"),
    },
    silent: {
      base: { "go.mod": goMod("", "example.com/m", "1.9") },
      head: { "go.mod": goMod("", "example.com/m", "1.10") },
    },
  },
  "go-directive-above-policy": {
    fires: {
      scene: { head: { "go.mod": goMod("", "example.com/m", "1.25.1") }, policy: 'go: { maximum: "1.25" }' },
      line: 3,
    },
    silent: { head: { "go.mod": goMod("", "example.com/m", "1.9") }, policy: 'go: { maximum: "1.10" }' },
  },
  "go-directive-below-policy": {
    fires: {
      line: 3,
      scene: { head: { "go.mod": goMod("", "example.com/m", "1.9") }, policy: 'go: { minimum: "1.21" }' },
      edited: goMod("", "example.com/m", "1.21"),
    },
    silent: { head: { "go.mod": goMod() }, policy: 'go: { minimum: "1.9" }' },
  },
  "toolchain-policy": {
    fires: {
      scene: { head: { "go.mod": goMod("toolchain go1.25.1") }, policy: "go: { toolchain: forbid }" },
      line: 5,
      edited: goMod(),
    },
    silent: { head: { "go.mod": goMod("toolchain go1.25.1") }, policy: 'go: { maximum: "1.26.0" }' },
  },
  "retract-unpublished": {
    fires: {
      scene: {
        head: { "go.mod": goMod("retract v1.0.5 // broken") },
        published: { "example.com/m": ["v1.0.0", "v1.1.0"] },
      },
      line: 5,
    },
    silent: {
      head: { "go.mod": goMod("retract (\n\tv1.0.0 // broken\n\tv1.1.1 // retractions only\n)") },
      published: { "example.com/m": ["v1.0.0", "v1.1.0"] },
    },
  },
  "retract-without-rationale": {
    fires: { scene: { head: { "go.mod": goMod("retract [v1.0.0, v1.0.5]") } }, line: 5 },
    silent: { head: { "go.mod": goMod("// Deletes data.\nretract v1.0.0") } },
  },
  "retract-self": {
    fires: {
      line: 5,
      scene: {
        head: { "go.mod": goMod("retract [v1.0.0, v1.1.0] // broken") },
        proposed: { version: "v1.0.7" },
      },
    },
    silent: { head: { "go.mod": goMod("retract v1.0.0 // broken") }, proposed: { version: "v1.0.7" } },
  },
  "version-not-canonical": {
    fires: { scene: { head: { "go.mod": goMod() }, proposed: { version: "v1.2" } } },
    silent: { head: { "go.mod": goMod() }, proposed: { version: "v1.2.0-rc.1" } },
  },
  "version-major-suffix": {
    fires: { scene: { head: { "go.mod": goMod() }, proposed: { version: "v2.0.0" } }, line: 1 },
    silent: { head: { "go.mod": goMod("", "example.com/m/v2") }, proposed: { version: "v2.0.0" } },
  },
  "version-exists": {
    fires: {
      scene: {
        head: { "go.mod": goMod() },
        proposed: { version: "v1.0.0" },
        published: { "example.com/m": ["v1.0.0"] },
      },
    },
    silent: {
      head: { "go.mod": goMod() },
      proposed: { version: "v1.0.1" },
      published: { "example.com/m": ["v1.0.0"] },
    },
  },
  "version-not-newest": {
    fires: {
      scene: {
        head: { "go.mod": goMod() },
        proposed: { version: "v1.0.1" },
        published: { "example.com/m": ["v1.0.0", "v1.10.0"] },
      },
    },
    silent: {
      head: { "go.mod": goMod() },
      proposed: { version: "v1.10.0" },
      published: { "example.com/m": ["v1.9.0"] },
    },
  },
  "version-below-pseudo": {
    fires: { scene: { head: { "go.mod": goMod() }, proposed: { version: "v0.0.0-2" } } },
    silent: { head: { "go.mod": goMod() }, proposed: { version: "v0.0.0-beta2" } },
  },
  "tag-prefix": {
    fires: {
      scene: {
        head: { "sub/go.mod": goMod("", "example.com/m/sub") },
        proposed: { version: "v1.0.0", tag: "v1.0.0" },
      },
    },
    silent: {
      head: { "sub/v2/go.mod": goMod("", "example.com/m/sub/v2") },
      proposed: { version: "v2.0.0", tag: "sub/v2.0.0" },
    },
  },
  "version-bump": {
    fires: {
      scene: {
        base: exported("func A() {}"),
        head: exported("func A() {}\nfunc B() {}"),
        proposed: { version: "v1.0.1" },
        published: { "example.com/m": ["v1.0.0"] },
      },
    },
    silent: {
      base: exported("func A() {}"),
      head: exported("func A() {}\nfunc B() {}"),
      proposed: { version: "v1.1.0" },
      published: { "example.com/m": ["v1.0.0"] },
    },
  },
  "exported-removed": {
    fires: {
      scene: {
        base: exported("func A() {}\nfunc B() {}"),
        head: exported("func A() {}"),
        published: { "example.com/m": ["v1.0.0"] },
      },
    },
    silent: {
      base: exported("func A() {}\nfunc B() {}"),
      head: exported("func A() {}"),
      published: { "example.com/m": ["v0.9.0"] },
    },
  },
  "exported-changed": {
    fires: {
      scene: {
        base: exported("func A() {}"),
        head: exported("\nfunc A(int) {}"),
        published: { "example.com/m": ["v1.0.0"] },
      },
      line: 3,
    },
    silent: {
      base: exported("func A(a int) {}"),
      head: exported("func A(b int) {}"),
      published: { "example.com/m": ["v1.0.0"] },
    },
  },
  "exported-value-changed": {
    fires: {
      scene: {
        base: exported("const A = 1"),
        head: exported("const A = 2"),
        published: { "example.com/m": ["v1.0.0"] },
      },
      line: 2,
    },
    silent: {
      base: exported("const A = 1"),
      head: exported("const A int = 1"),
      published: { "example.com/m": ["v1.0.0"] },
    },
  },
  "go-source-syntax": {
    fires: { scene: { base: exported("func A() {}"), head: exported("func A( {") }, line: 2 },
    silent: { base: exported("func A() {}"), head: exported("func A() {;}") },
  },
  "undefined-name": {
    fires: {
      scene: { base: exported("const A = 1"), head: exported("const A = 1\nfunc B(*Missing) {}") },
      line: 3,
    },
    silent: {
      base: exported("const A = 1"),
      head: { ...exported("type B[T any] struct{ a T; b C }"), "c_linux.go": "package m\ntype C int\n" },
    },
  },
  "version-gap": {
    fires: { scene: { head: { "go.mod": goMod("", "example.com/m/v3") }, proposed: { version: "v3.1.0" } } },
    silent: { head: { "go.mod": goMod("", "example.com/m/v3") }, proposed: { version: "v3.0.0-rc.1" } },
  },
};
