import { ModwharfError } from "../base/errors.ts";
import type { PlatformOptions } from "./options.ts";
import type { Env, Platform } from "./platform.ts";

const names = ["shell", "github", "gitlab"] as const;

/** The platform by its environment alone. MODWHARF_PLATFORM overrides; an unknown name there is USAGE. */
export function platformName(env: Env): Platform["name"] {
  const wanted = env.MODWHARF_PLATFORM;
  if (wanted !== undefined && wanted !== "") {
    const name = names.find((each) => each === wanted);
    if (name !== undefined) return name;
    throw new ModwharfError("USAGE", "unknown platform", {
      subject: "MODWHARF_PLATFORM",
      expected: `one of ${names.join(", ")}`,
      actual: JSON.stringify(wanted.slice(0, 100)),
    });
  }
  // Gitea, Forgejo and act run GitHub's actions and say so in the same variable.
  if (env.GITHUB_ACTIONS === "true") return "github";
  return env.GITLAB_CI === "true" ? "gitlab" : "shell";
}

/** The platform that this process runs on. Each is loaded alone, to start fast. */
export async function detectPlatform(options: PlatformOptions): Promise<Platform> {
  switch (platformName(options.env)) {
    case "github":
      return (await import("./github.ts")).createGithub(options);
    case "gitlab":
      return (await import("./gitlab.ts")).createGitlab(options);
    default:
      return (await import("./shell.ts")).createShell(options);
  }
}
