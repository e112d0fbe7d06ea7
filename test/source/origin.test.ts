import { expect, test } from "vitest";
import { publicOrigin } from "../../src/source/origin.ts";

const token = "glcbt-64_Sup3rS3cretJobTok3n";

test.each([
  ["https://github.com/a/b", "https://github.com/a/b"],
  ["https://github.com/a/b/", "https://github.com/a/b"],
  ["https://gitlab.com/a/b.git", "https://gitlab.com/a/b.git"],
  [
    `https://gitlab-ci-token:${token}@gitlab.example.com:8443/a/b.git`,
    "https://gitlab.example.com:8443/a/b.git",
  ],
  [`HTTPS://${token}@Host.example/a`, "https://host.example/a"],
  [`https://x-access-token:${token}@github.com/a/b`, "https://github.com/a/b"],
  [`https://host.example/a?private_token=${token}`, "https://host.example/a"],
  [`https://host.example/a#${token}`, "https://host.example/a"],
  [`https://us%40er:${token}@host.example/a`, "https://host.example/a"],
  [`https://user:p@ss:${token}@host.example/a`, "https://host.example/a"],
  ["git@github.com:a/b.git", "ssh://github.com/a/b.git"],
  ["ssh://git@github.com:22/a/b", "ssh://github.com:22/a/b"],
  [`${token}@host.example:a/b.git`, "ssh://host.example/a/b.git"],
  [`user:${token}@host.example:a/b.git`, "ssh://host.example/a/b.git"],
  ["host.example:/abs/repo.git", "ssh://host.example/abs/repo.git"],
  ["git://host.example/a", "git://host.example/a"],
])("publishes %s as %s", (remote, expected) => {
  expect(publicOrigin(remote)).toBe(expected);
});

test.each([
  undefined,
  "",
  "/home/me/repo",
  "../repo",
  "file:///srv/repo.git",
  "C:/repo",
  `ext::sh -c cat% ${token}`,
  `git::https://${token}@host/a`,
  `https:///user:${token}@host.example/a`,
  `https:/\\${token}@host.example/a`,
  `https://host.example/${token}`,
  `https://host.example/user:${token}@other.example/a`,
  `https://host.example/x%40${token}`,
  `//user:${token}@host.example/a`,
  `ftp://user:${token}@host.example/a`,
  `https://user:${token}@host.example/a\nhttps://other`,
  `https://user:${token}@`,
  `user:${token}@host.example`,
])("publishes nothing of %s", (remote) => {
  expect(publicOrigin(remote) ?? "").toBe("");
});

test("never lets a token through, wherever it stands", () => {
  const places = [`${token}@`, `a:${token}@`, `${token}:x@`, `a:b@${token}:c@`];
  const shapes = [
    "https://P h/r",
    "http://Ph/r",
    "ssh://Ph/r",
    "Ph:r",
    "git+ssh://Ph/r",
    "https:Ph/r",
    "https:////Ph/r",
  ];
  for (const shape of shapes) {
    for (const place of places) {
      expect(publicOrigin(shape.replace("P", place)) ?? "").not.toContain("Sup3r");
    }
  }
});
