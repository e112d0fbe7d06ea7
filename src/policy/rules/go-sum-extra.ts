import type { RuleEdit, RuleHit, StateRule } from "../rule.ts";

export const goSumExtra: StateRule = {
  id: "go-sum-extra",
  scope: "module",
  group: "go-sum",
  level: "note",
  title: "go.sum has the hash of a version that is not built",
  why: "Old hashes pile up and make every later change of go.sum harder to review.",
  fix: "run go mod tidy and commit go.sum",
  reference: "https://go.dev/ref/mod#go-mod-tidy",
  check({ module }) {
    if (module.sums === undefined) return [];
    const built = new Map(
      module.goMod.require.map((require) => [require.module.path, require.module.version]),
    );
    const replaced = new Set(
      module.goMod.replace.map((replace) => `${replace.new.path} ${replace.new.version}`),
    );
    const hits: RuleHit[] = [];
    for (const [key, [entry]] of module.sums.entries) {
      const { path, version, line } = entry!;
      const selected = built.get(path);
      // go.mod hashes of other versions belong to the module graph; of zips only the selected one is needed.
      if (selected === undefined || version.endsWith("/go.mod") || selected === version) continue;
      if (replaced.has(key)) continue;
      const message = `go.sum has the hash of ${path} ${version}, but ${selected} is required`;
      const { file } = module.sums;
      hits.push({
        subject: `${path}@${version}`,
        message,
        file,
        line,
        column: 1,
        edits: [dropLine(file, key)],
      });
    }
    return hits;
  },
};

function dropLine(file: string, key: string): RuleEdit {
  return {
    file,
    what: `drop the hash of ${key}`,
    apply(text) {
      const kept = text.split("\n").filter((line) => !line.startsWith(`${key} `));
      return kept.join("\n") === text ? undefined : kept.join("\n");
    },
  };
}
