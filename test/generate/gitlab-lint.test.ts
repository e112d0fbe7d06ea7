import { describe, expect, test } from "vitest";
import { GitlabRefusal, includeFile } from "../support/gitlab-include.ts";
import { lintPipeline } from "../support/gitlab-lint.ts";

/* The rules that all templates and documented pipelines are held to, each shown to fire. */

describe("the lint of GitLab pipelines", () => {
  test.each([
    ["a variable that is null", { variables: { A: null } }, "variable A is no text"],
    ["a variable that is a boolean", { variables: { A: true } }, "variable A is no text"],
    ["an unquoted variable", { script: ['run --tag="$A" $B'] }, "$B is not quoted"],
    ["an unquoted variable in braces", { script: ["run x$" + "{B}"] }, "$" + "{B is not quoted"],
    ["a command substitution", { script: ['run "$(id)"'] }, "the script evaluates text as commands"],
    ["backquotes", { script: ["run `id`"] }, "the script evaluates text as commands"],
    ["a mapping for a script line", { script: [{ a: "b" }] }, 'a script line is no text: {"a":"b"}'],
    [
      "an absolute cache path",
      { cache: { paths: ["/opt/go"] } },
      "cache path /opt/go lies outside the project",
    ],
    ["a cache path above", { cache: [{ paths: ["../x"] }] }, "cache path ../x lies outside the project"],
    [
      "a cache path at home",
      { cache: { paths: ["$HOME/go"] } },
      "cache path $HOME/go lies outside the project",
    ],
    [
      "a cache key of three files",
      { cache: { key: { files: ["a", "b", "c"] }, paths: ["x"] } },
      "cache:key:files takes two files",
    ],
    [
      "a resource group with a colon",
      { resource_group: "gitlab:a/b" },
      'resource_group "gitlab:a/b" is not literal or not allowed',
    ],
    [
      "a resource group from a variable",
      { resource_group: "$CI_COMMIT_TAG" },
      'resource_group "$CI_COMMIT_TAG" is not literal or not allowed',
    ],
    [
      "an artifact outside",
      { artifacts: { paths: ["/tmp/x"] } },
      "artifact path /tmp/x lies outside the project",
    ],
    [
      "a report outside",
      { artifacts: { reports: { dotenv: "../x.env" } } },
      "the dotenv report is no file of the project",
    ],
  ])("finds %s", (_what, job, finding) => {
    expect(lintPipeline({ job })).toEqual([`job: ${finding}`]);
  });

  test("is silent for what is right", () => {
    const job = {
      variables: { A: "x", B: 1, C: { value: "y", expand: false } },
      script: [`run --a="$A" --b='$B' "\${C}" file`],
      cache: { key: { files: ["go.sum"] }, paths: [".modwharf/", "$CI_PROJECT_DIR/x"] },
      resource_group: "modwharf-publish",
      artifacts: { paths: ["a.json"], reports: { dotenv: "a.env" } },
    };
    expect(lintPipeline({ stages: ["test"] as never, job })).toEqual([]);
  });
});

describe("an include, as GitLab itself does it", () => {
  const file = (spec: string, content: string) => `spec:\n  inputs:\n    x: ${spec}\n---\n${content}\n`;

  test("pastes texts as they stand, and other types as JSON", () => {
    expect(includeFile(file("{ default: '' }", "job: { a: $[[ inputs.x ]] }"))).toEqual({ job: { a: null } });
    expect(includeFile(file("{ default: 'yes' }", "job: { a: $[[ inputs.x ]] }"))).toEqual({
      job: { a: true },
    });
    expect(includeFile(file("{ default: a }", "job: { a: '$[[ inputs.x ]]' }"), { x: "no" })).toEqual({
      job: { a: "no" },
    });
    const list = file("{ type: array, default: [] }", "job: { a: $[[ inputs.x ]] }");
    expect(includeFile(list, { x: ["b", { c: 1 }] })).toEqual({ job: { a: ["b", { c: 1 }] } });
  });

  test.each([
    ["a missing input", "{}", {}],
    ["an unknown input", "{ default: a }", { y: "b" }],
    ["a wrong type", "{ type: boolean, default: true }", { x: "true" }],
    ["a default that its regex refuses", "{ default: '', regex: '^a?$' }", {}],
    ["a value that is no option", "{ default: a, options: [a] }", { x: "b" }],
    ["YAML that the value breaks", "{ default: a }", { x: "'\n]" }],
  ])("refuses %s", (_what, spec, given) => {
    expect(() => includeFile(file(spec, "job: { a: '$[[ inputs.x ]]' }"), given)).toThrow(GitlabRefusal);
  });
});
