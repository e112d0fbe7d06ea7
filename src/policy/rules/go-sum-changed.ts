import type { ChangeRule, RuleHit } from "../rule.ts";

export const goSumChanged: ChangeRule = {
  id: "go-sum-changed",
  scope: "change",
  group: "go-sum",
  level: "error",
  title: "The hash of an unchanged version changed in go.sum",
  why:
    "A version never changes, so another hash means that somebody rewrote a dependency, or that the line was edited " +
    "to let other code in.",
  fix: "restore the line; if the hash is really wrong, find out from the checksum database why",
  reference: "https://go.dev/ref/mod#authenticating",
  check({ module, base }) {
    const { sums } = module;
    if (sums === undefined || base?.sums === undefined) return [];
    const hits: RuleHit[] = [];
    for (const [key, entries] of sums.entries) {
      const before = base.sums.entries.get(key);
      if (before === undefined) continue;
      for (const { path, version, hash, line } of entries) {
        const algorithm = hash.slice(0, hash.indexOf(":"));
        const known = before.filter((entry) => entry.hash.startsWith(`${algorithm}:`));
        if (known.length === 0 || known.some((entry) => entry.hash === hash)) continue;
        const message = `the hash of ${path} ${version} changed from ${known[0]!.hash} to ${hash}`;
        hits.push({ subject: `${path} ${version}`, message, file: sums.file, line, column: 1 });
      }
    }
    return hits;
  },
};
