import { policyFiles } from "../go-related.ts";
import type { RepositoryChangeRule } from "../rule.ts";

export const policyChanged: RepositoryChangeRule = {
  id: "policy-changed",
  scope: "repository-change",
  group: "repository",
  level: "note",
  title: "The change edits its own policy",
  why: "The gate judges by the policy of the change, so a reviewer has to see that it is added, edited or removed.",
  fix: "review the policy file, or protect it with CODEOWNERS",
  reference: "docs/gate.md",
  check({ repository, baseRepository, policy }) {
    const [before, after] = [baseRepository.tree.files, repository.tree.files];
    const isOwn = policy.file === undefined || policyFiles.includes(policy.file);
    // Without one at head, the base's has been removed.
    const files = isOwn ? policyFiles : [policy.file!];
    return files
      .filter((file) => before.get(file)?.id !== after.get(file)?.id)
      .map((file) => {
        const done = !before.has(file) ? "added" : after.has(file) ? "edited" : "removed";
        return { subject: file, message: `${file} is ${done} by this change`, file, line: 1, column: 1 };
      });
  },
};
