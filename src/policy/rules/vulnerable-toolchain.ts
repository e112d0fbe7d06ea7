import { compareVersions } from "../../module/version.ts";
import { goItself } from "../advisory-modules.ts";
import { placeIn } from "../hits.ts";
import type { StateRule } from "../rule.ts";
import { lowestToolchain } from "../toolchain.ts";
import { type Match, matchesOf } from "../vulnerabilities.ts";

const MAX_LISTED = 20;

export const vulnerableToolchain: StateRule = {
  id: "vulnerable-toolchain",
  scope: "module",
  group: "vulnerability",
  level: "note",
  title: "go.mod allows a Go release with known vulnerabilities",
  why:
    "Programs carry the standard library of the release that builds them. The go and toolchain lines name the lowest " +
    "release only: who builds with a newer one is not concerned.",
  fix: "raise the go or toolchain line to a release that has the fixes",
  reference: "https://go.dev/doc/security/vuln/",
  needs: ["advisories"],
  check(context) {
    const { module } = context;
    const version = lowestToolchain(module.goMod);
    if (version === undefined) return [];
    const found = goItself.flatMap((path) => matchesOf(context, path, version));
    const matches = found.filter(({ doubt }) => doubt === undefined);
    if (matches.length === 0) return [];
    const release = releaseOf(version);
    const what = matches.length === 1 ? "a known vulnerability" : `${matches.length} known vulnerabilities`;
    const fixed = highestFix(matches);
    const { toolchain, go } = module.goMod;
    return [
      {
        subject: `go ${release}`,
        message: `go ${release}, the lowest release that go.mod allows, has ${what}`,
        ...(fixed === undefined ? {} : { fix: `set toolchain go${fixed} or later` }),
        detail: listed(matches),
        ...placeIn(module, (toolchain ?? go)?.position),
      },
    ];
  },
};

/** The lowest release that has all fixes; undefined while one of them is not fixed. */
function highestFix(matches: readonly Match[]): string | undefined {
  const fixes = matches.map((match) => match.fixed).sort(compareVersions);
  return fixes[0] === "" ? undefined : releaseOf(fixes.at(-1)!);
}

/** `1.23.0rc1` of v1.23.0-rc.1. */
function releaseOf(version: string): string {
  return version.slice(1).replace("-rc.", "rc");
}

function listed(matches: readonly Match[]): string {
  const lines = matches
    .slice(0, MAX_LISTED)
    .map(({ advisory: { id, summary } }) => (summary === "" ? id : `${id}: ${summary}`));
  const rest = matches.length - lines.length;
  return [...lines, ...(rest > 0 ? [`and ${rest} more`] : [])].join("\n");
}
