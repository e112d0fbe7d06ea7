import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWithTools } from "../support/tools.ts";
import { runGo } from "../support/xmod.ts";
import { disagreement, exclusionOf, type Group, groupOf } from "./gorelease/agreement.ts";
import { type GoreleaseCase, readCases, readProxyModules } from "./gorelease/cases.ts";
import { judgeGoreleaseCase, thrownVerdict } from "./gorelease/judge-case.ts";
import { fileProxy, offered } from "./gorelease/proxy.ts";

const VERSION = "v0.0.0-20260908205506-85c1c2202aba";

/** Where the gate and gorelease differ, each with the reason; an entry that is no longer true fails the test. */
const KNOWN: Readonly<Record<string, string>> = {
  "patherrors/gopkginsub":
    "both object; the tag of a module that cannot be published at all has no right form",
  "patherrors/pathsub": "both object; the gate names the tag that the folder would need",
  "patherrors/pathsubv2": "both object; the gate names the tag that the folder would need",
  "private/break": "both object; the gate names the method by the exported type through which users meet it",
  "replace_exclude/load_error_no_directives":
    "whether a package of another module has a name is not looked up (its zip is not read); go build tells",
  "require/decrement_go_version":
    "go-directive-lowered is a warning of the gate's own, an error in the strict preset",
};

interface Outcome {
  given: GoreleaseCase;
  group: Group;
  difference: string | undefined;
}

describeWithTools(["go"], "the cases of gorelease", () => {
  let scratch = "";
  let excluded: { name: string; reason: string }[] = [];
  let outcomes: Outcome[] = [];

  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), "modwharf-gorelease-"));
    const module = JSON.parse(
      await runGo(["mod", "download", "-json", `golang.org/x/exp@${VERSION}`], scratch),
    ) as {
      Dir: string;
    };
    const testdata = join(module.Dir, "cmd", "gorelease", "testdata");
    const modules = readProxyModules(testdata);
    const cases = readCases(testdata);
    excluded = cases.flatMap((given) => {
      const reason = exclusionOf(given);
      return reason === undefined ? [] : [{ name: given.name, reason }];
    });
    outcomes = [];
    for (const [i, given] of cases.entries()) {
      if (exclusionOf(given) !== undefined) continue;
      const versions = offered(modules, given.params.proxyVersions);
      const facts = await fileProxy(join(scratch, `proxy${i}`), modules, versions);
      const verdict = await judgeGoreleaseCase(given, { modules, versions, facts }).catch(thrownVerdict);
      outcomes.push({ given, group: groupOf(given), difference: disagreement(given, verdict) });
    }
    report(outcomes, excluded);
  });

  afterAll(async () => rm(scratch, { recursive: true, force: true }));

  test("are all read", () => {
    expect(outcomes.length + excluded.length).toBe(133);
  });

  test("agree, but for the differences that are known and explained", () => {
    const differing = outcomes.filter(({ difference }) => difference !== undefined);
    const unexplained = differing.filter(({ given }) => KNOWN[given.name] === undefined);
    expect(unexplained.map(({ given, difference }) => `${given.name}: ${difference}`)).toEqual([]);
    expect(differing.map(({ given }) => given.name).sort()).toEqual(Object.keys(KNOWN).sort());
  });
});

function report(outcomes: readonly Outcome[], excluded: readonly { name: string; reason: string }[]): void {
  const lines = ["gorelease cases: agreement by group"];
  for (const group of new Set(outcomes.map((outcome) => outcome.group))) {
    const own = outcomes.filter((outcome) => outcome.group === group);
    const agreed = own.filter((outcome) => outcome.difference === undefined).length;
    lines.push(`  ${group}: ${agreed} of ${own.length}`);
  }
  const agreed = outcomes.filter((outcome) => outcome.difference === undefined).length;
  lines.push(`  all: ${agreed} of ${outcomes.length}; excluded: ${excluded.length}`);
  for (const { name, reason } of excluded) lines.push(`  excluded ${name}: ${reason}`);
  for (const { given, difference } of outcomes) {
    if (difference === undefined) continue;
    lines.push(`  differs ${given.name}: ${difference}`, `    ${KNOWN[given.name] ?? "not explained"}`);
  }
  process.stdout.write(`${lines.join("\n")}\n`);
}
