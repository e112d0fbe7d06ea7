import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const instructions = readFileSync("Dockerfile", "utf8")
  .replace(/\\\n/g, " ")
  .split("\n")
  .filter((line) => /^[A-Z]/.test(line))
  .map((line) => line.split(/\s+/));
const named = (name: string) => instructions.filter(([first]) => first === name).map(([, ...rest]) => rest);

test("the image is one that a CI runner can start a shell in", () => {
  expect(named("ENTRYPOINT")).toEqual([]);
  expect(named("FROM").at(-1)!.join(" ")).toMatch(/^node:\d+-\w+-slim$/);
  const installed = named("RUN").flat();
  for (const name of ["git", "ca-certificates"]) expect(installed).toContain(name);
});

test("the image is built from files that the repository has, and nothing of this machine", () => {
  for (const words of named("RUN").concat(named("COPY")))
    for (const word of words.filter((each) => each.startsWith("scripts/")))
      expect(existsSync(word)).toBe(true);
  const ignored = readFileSync(".dockerignore", "utf8").split("\n");
  for (const name of [".git", "node_modules", "dist"]) expect(ignored).toContain(name);
});
