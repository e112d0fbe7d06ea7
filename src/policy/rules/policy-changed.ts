import type { ChangeRule } from "../rule.ts";

export const policyChanged: ChangeRule = {
  id: "policy-changed",
  scope: "change",
  group: "repository",
  level: "note",
  title: "The change edits its own policy",
  why: "The gate judges by the policy of the change, so a reviewer has to see that it was edited.",
  fix: "review the policy file, or protect it with CODEOWNERS",
  reference: "docs/gate.md",
  check({ module, repository, baseRepository, policy }) {
    const { file } = policy;
    // Said once, at the first module.
    if (file === undefined || repository.modules[0] !== module) return [];
    const before = baseRepository.tree.files.get(file);
    const after = repository.tree.files.get(file);
    if (after === undefined || before === undefined || before.id === after.id) return [];
    return [{ subject: file, message: `${file} is edited by this change`, file, line: 1, column: 1 }];
  },
};
