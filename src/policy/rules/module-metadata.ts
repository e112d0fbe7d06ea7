import { readMetadata } from "../metadata.ts";
import type { StateRule } from "../rule.ts";
import { joinPath } from "../tree.ts";

export const moduleMetadata: StateRule = {
  id: "module-metadata",
  scope: "module",
  group: "metadata",
  level: "error",
  title: "module.yaml is not as its schema says",
  why: "Tools read owner, lifecycle and security level from it; a mistyped key is a silent gap.",
  fix: "correct the key or the value",
  reference: "docs/gate.md",
  async check({ module, repository }) {
    if (module.metadata === undefined) {
      const path = joinPath(module.dir, "module.yaml");
      const unread = repository.problems.filter((problem) => problem.file === path);
      return unread.map(({ kind: _, what, ...place }) => ({
        subject: `${path}: ${what}`,
        message: `${path} ${what}`,
        ...place,
      }));
    }
    const { file } = module.metadata;
    const { problems } = await readMetadata(module.metadata);
    return problems.map(({ what, expected, fix, line, column }) => ({
      subject: `${file}: ${what}`,
      message: expected === undefined ? what : `${what}: expected ${expected}`,
      ...(fix === undefined ? {} : { fix }),
      file,
      line,
      column,
    }));
  },
};
