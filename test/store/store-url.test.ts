import { describe, expect, test } from "vitest";
import { HttpClient } from "../../src/base/http.ts";
import { openStore, type StoreContext } from "../../src/store/open.ts";
import { parseStoreUrl } from "../../src/store/store-url.ts";

const S3_DEFAULTS = {
  kind: "s3",
  bucket: "my-bucket",
  prefix: "",
  endpoint: undefined,
  region: undefined,
  layout: "goproxy",
  pathStyle: false,
  writes: "conditional",
};
const GITLAB_DEFAULTS = {
  kind: "gitlab",
  project: "group/project",
  packageName: "goproxy",
  packageVersion: "v0",
};

describe("a STORE url", () => {
  test.each<[string, object]>([
    ["file:./out", { kind: "file", root: "/base/out" }],
    ["file:out/go", { kind: "file", root: "/base/out/go" }],
    ["file:/srv/go", { kind: "file", root: "/srv/go" }],
    ["file:///srv/go%20modules", { kind: "file", root: "/srv/go modules" }],
    ["s3://my-bucket", S3_DEFAULTS],
    ["s3://my-bucket/", S3_DEFAULTS],
    ["s3://my-bucket/go/modules/", { ...S3_DEFAULTS, prefix: "go/modules" }],
    [
      "s3://my-bucket?region=eu-west-1&layout=athens",
      { ...S3_DEFAULTS, region: "eu-west-1", layout: "athens" },
    ],
    [
      "s3://my-bucket?endpoint=https://minio.example.com:9000/",
      { ...S3_DEFAULTS, endpoint: "https://minio.example.com:9000", pathStyle: true },
    ],
    [
      "s3://my-bucket?endpoint=https%3A%2F%2Fs3.example.com&path-style=false&writes=detected",
      { ...S3_DEFAULTS, endpoint: "https://s3.example.com", writes: "detected" },
    ],
    ["gitlab:group/project", GITLAB_DEFAULTS],
    ["gitlab:a/b/c/d", { ...GITLAB_DEFAULTS, project: "a/b/c/d" }],
    ["gitlab:4711", { ...GITLAB_DEFAULTS, project: "4711" }],
    ["gitlab://gitlab.example.com/group/project", { ...GITLAB_DEFAULTS, host: "gitlab.example.com" }],
    [
      "gitlab://gitlab.example.com:8443/group/project?package=go&version=v1",
      { ...GITLAB_DEFAULTS, host: "gitlab.example.com:8443", packageName: "go", packageVersion: "v1" },
    ],
  ])("%s", (url, location) => {
    expect(parseStoreUrl(url, "/base")).toEqual(location);
  });

  test.each<[string, string]>([
    ["", "file:./dir"],
    ["./dir", "for a folder write file:./dir"],
    ["/srv/go", "for a folder write file:./dir"],
    ["https://example.com/go", "file:./dir"],
    ["gitlb:group/project", "write gitlab:…"],
    ["file:", "names a folder"],
    ["file:./a?layout=athens", "takes no options"],
    ["file://server/share", "names no local folder"],
    ["s3:bucket", "not complete"],
    ["s3://", "bucket's name"],
    ["s3://Bad_Bucket", "bucket's name"],
    ["s3://bucket?Layout=athens", "write layout=…"],
    ["s3://bucket?colour=red", "endpoint, region, layout, path-style, writes"],
    ["s3://bucket?layout=maven", "goproxy or athens"],
    ["s3://bucket/prefix?layout=athens", "bucket's root"],
    ["s3://bucket?path-style=yes", "true or false"],
    ["s3://bucket?region=", "has no value"],
    ["s3://bucket?region=a&region=b", "given twice"],
    ["s3://bucket?endpoint=minio:9000", "endpoint=https://s3.example.com"],
    ["s3://bucket/a%zz", "percent-encoding"],
    ["s3://bucket#part", "no fragment"],
    ["gitlab:project", "no GitLab project"],
    ["gitlab:group//project", "no GitLab project"],
    ["gitlab://host", "no GitLab project"],
    ["gitlab:group/project?package=a/b", "no such package name"],
    ["gitlab:group/project?version=v..0", "no such package version"],
    ["gitlab:group/project?pkg=x", "package, version"],
  ])("refuses %s and says: %s", (url, said) => {
    const refuse = () => parseStoreUrl(url, "/base");
    expect(refuse).toThrow(said);
    expect(refuse).toThrow(expect.objectContaining({ code: "USAGE" }));
  });

  test.each([
    "artifactory+https://host/artifactory/repo",
    "nexus+https://host/repository/repo",
    "gitea+https://host/owner",
    "webdav+https://host/path",
    "webdav+http://host/path",
  ])("%s is known and comes later", (url) => {
    expect(() => parseStoreUrl(url, "/base")).toThrow("come in a later release");
    expect(() => parseStoreUrl(url, "/base")).toThrow(expect.objectContaining({ code: "NOT_SUPPORTED" }));
  });

  test.each([
    "s3://AKIAEXAMPLE:s3cr3tvalue@bucket/prefix",
    "gitlab://oauth2:s3cr3tvalue@gitlab.example.com/group/project",
    "artifactory+https://user:s3cr3tvalue@host/artifactory/repo",
    "s3://bucket?endpoint=https://user:s3cr3tvalue@minio.example.com",
  ])("refuses credentials without repeating them: %s", (url) => {
    let message = "";
    try {
      parseStoreUrl(url, "/base");
    } catch (error) {
      message = `${error} ${JSON.stringify(error)}`;
    }
    expect(message).toContain("USAGE");
    expect(message).not.toContain("s3cr3tvalue");
  });
});

describe("an opened store", () => {
  const http = new HttpClient({ connection: {}, userAgent: "modwharf-test" });
  const open = (url: string, context: Partial<StoreContext> = {}) =>
    openStore(url, { http, baseDir: "/base", ...context });
  const job = {
    apiUrl: "https://gitlab.example.com/sub/api/v4",
    token: { kind: "job", value: "secret-job" },
  } as const;

  test.each<[string, string | undefined, string]>([
    ["file:./go modules", "file:///base/go%20modules", "atomic"],
    ["s3://bucket/go?region=eu-west-1", "https://bucket.s3.eu-west-1.amazonaws.com/go", "atomic"],
    ["s3://bucket/go?endpoint=http://127.0.0.1:9000", "http://127.0.0.1:9000/bucket/go", "atomic"],
    ["s3://bucket/go?endpoint=https://e.example&path-style=false", "https://bucket.e.example/go", "atomic"],
    ["s3://bucket?layout=athens&region=eu-west-1", undefined, "atomic"],
    ["s3://bucket?writes=detected&endpoint=https://e.example", "https://e.example/bucket", "detected"],
    [
      "gitlab:group/project",
      "https://gitlab.example.com/sub/api/v4/projects/group%2Fproject/packages/generic/goproxy/v0",
      "detected",
    ],
    [
      "gitlab://other.example.com/group/project?package=go&version=v1",
      "https://other.example.com/api/v4/projects/group%2Fproject/packages/generic/go/v1",
      "detected",
    ],
  ])("%s is read by go through %s", (url, goproxyUrl, guarantee) => {
    expect(open(url, { gitlab: job })).toMatchObject({ goproxyUrl, guarantee });
  });

  test("gitlab: without a job's address says how to name one", () => {
    expect(() => open("gitlab:group/project")).toThrow("gitlab://host/group/project");
  });
});
