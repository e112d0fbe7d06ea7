import { insideRepository } from "../report/location.ts";
import type { Finding } from "../report/report.ts";
import type { Platform } from "./platform.ts";

/** Builds links to a finding's place at the commit that was looked at; undefined where that is not known. */
export function sourceLinkOf(platform: Platform): ((finding: Finding) => string | undefined) | undefined {
  const { repositoryUrl, mergeRequest, commit } = platform.trigger;
  // GitHub builds pull requests on a merge commit that nobody can look at later.
  const revision = platform.name === "github" ? (mergeRequest?.head ?? commit) : commit;
  if (platform.name === "shell" || repositoryUrl === undefined || revision === undefined) return undefined;
  const blob = platform.name === "gitlab" ? "-/blob" : "blob";
  return (finding) => {
    const path = insideRepository(finding.file);
    if (path === undefined) return undefined;
    const encoded = path
      .split("/")
      .map((part) => encodeURIComponent(part.replace(/\p{Surrogate}/gu, "\ufffd")));
    const line = finding.line === undefined ? "" : `#L${finding.line}`;
    return `${repositoryUrl}/${blob}/${revision}/${encoded.join("/")}${line}`;
  };
}
