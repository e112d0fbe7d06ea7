import type { RepositoryChangeRule } from "../rule.ts";
import { checkVendorChanges } from "../vendored.ts";

export const vendorAltered: RepositoryChangeRule = {
  id: "vendor-altered",
  scope: "repository-change",
  group: "dependency",
  level: "error",
  title: "A vendored file is not the one that go.sum vouches for",
  why:
    "Reviewers skip vendored files, and go build -mod=vendor compares them with nothing, so a changed byte there gets " +
    "into every build. Each file that the change touches is held against its module, whose hash go.sum has.",
  fix: "restore the file: run go mod vendor, or modwharf vendor, and commit the result",
  reference: "https://github.com/golang/go/issues/27348",
  needs: ["proxy"],
  check: checkVendorChanges,
};
