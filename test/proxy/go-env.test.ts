import { join } from "node:path";
import { expect, test } from "vitest";
import { goEnvOf } from "../../src/proxy/go-env.ts";

const places = { home: "/home/u", platform: "linux" } as const;

test("go's own defaults, empty counting as unset", () => {
  for (const env of [{}, { GOPROXY: "", GOSUMDB: "", GOPATH: "", NETRC: "" }]) {
    expect(goEnvOf(env, places)).toEqual({
      goproxy: "",
      gonoproxy: "",
      gosumdb: "sum.golang.org",
      gonosumdb: "",
      goauth: "netrc",
      netrcFile: join("/home/u", ".netrc"),
      gopath: join("/home/u", "go"),
      gomodcache: join("/home/u", "go", "pkg", "mod"),
    });
  }
});

test("GOPRIVATE stands in for both, unless one is set; the module cache follows the first GOPATH", () => {
  const env = { GOPRIVATE: "*.corp.example", GONOPROXY: "none", GOPATH: "/a:/b" };
  expect(goEnvOf(env, places)).toMatchObject({
    gonoproxy: "none",
    gonosumdb: "*.corp.example",
    gopath: "/a",
    gomodcache: join("/a", "pkg", "mod"),
  });
  expect(goEnvOf({ ...env, GOMODCACHE: "/cache" }, places).gomodcache).toBe("/cache");
});

test("without HOME and GOPATH nothing stands for them, least of all a folder of the project", () => {
  const homeless = { home: "", platform: "linux" } as const;
  expect(() => goEnvOf({}, homeless)).toThrow(/Fix: set HOME, or GOPATH/);
  expect(goEnvOf({ GOPATH: "/go" }, homeless)).toMatchObject({ gomodcache: "/go/pkg/mod", netrcFile: "" });
});
