import { ModwharfError } from "../../base/errors.ts";
import { prereleaseOf } from "../../module/version.ts";
import type { Platform } from "../../platform/platform.ts";
import { code } from "../../report/markdown.ts";
import type { PublishedModule } from "./report.ts";

/** Creates or updates the platform's release of each published tag. Throws USAGE where there is none to make. */
export async function makeReleases(
  platform: Platform,
  modules: readonly PublishedModule[],
): Promise<string[]> {
  const releases = await platform.releases();
  if ("unavailable" in releases) {
    throw new ModwharfError("USAGE", `cannot make a release here: ${releases.unavailable}`, {
      fix: "leave --release out, or run in a job whose token may write releases",
    });
  }
  const urls: string[] = [];
  for (const one of modules) {
    if (one.tag === undefined) continue;
    const prerelease = (prereleaseOf(one.version) ?? "") !== "";
    const { url } = await releases.upsert({
      tag: one.tag,
      title: `${one.module} ${one.version}`,
      notes: releaseNotes(one),
      prerelease,
    });
    urls.push(url);
  }
  return urls;
}

/** What a consumer wants to know of a version, as Markdown. */
function releaseNotes(one: PublishedModule): string {
  const lines = [
    "```sh",
    ...(one.goproxy === undefined ? [] : [`export GOPROXY=${one.goproxy},direct`]),
    `go get ${one.module}@${one.version}`,
    "```",
    "",
    "| go.sum | |",
    "|---|---|",
    `| ${code(one.version)} | ${code(one.h1)} |`,
    `| ${code(`${one.version}/go.mod`)} | ${code(one.goModH1)} |`,
    "",
    `Built from commit ${code(one.commit)}; ${one.files} files. Published to ${one.stores.map(({ url }) => code(url)).join(", ")} and read back.`,
  ];
  return `${lines.join("\n")}\n`;
}
