import { join } from "node:path";
import { ModwharfError } from "../base/errors.ts";

/** Where a machine keeps a user's files; read once by platform/. */
export interface UserPlaces {
  /** Empty where the environment names none. */
  readonly home: string;
  readonly platform: NodeJS.Platform;
}

/** The settings of go that say where modules come from and how they are checked, with go's own defaults. */
export interface GoEnv {
  /** Empty when nothing names one: which proxy to trust is not ours to choose. */
  readonly goproxy: string;
  readonly gonoproxy: string;
  readonly gosumdb: string;
  readonly gonosumdb: string;
  readonly goauth: string;
  readonly netrcFile: string;
  readonly gopath: string;
  readonly gomodcache: string;
}

/**
 * Reads the settings from an environment, as `go env` does without a configuration file: empty counts as unset,
 * GOPRIVATE stands in for GONOPROXY and GONOSUMDB, GOMODCACHE follows GOPATH. Throws USAGE where nothing says where
 * modules are kept: a folder of that name in the project would be anybody's.
 */
export function goEnvOf(
  env: Readonly<Record<string, string | undefined>>,
  { home, platform }: UserPlaces,
): GoEnv {
  const gopath = env.GOPATH || (home === "" ? "" : join(home, "go"));
  if (gopath === "") {
    throw new ModwharfError("USAGE", "nothing says where this machine keeps its modules", {
      expected: "HOME or GOPATH in the environment",
      fix: "set HOME, or GOPATH to a folder outside of the project",
    });
  }
  // Of several GOPATH entries the first is where modules go.
  const firstGopath = gopath.split(platform === "win32" ? ";" : ":")[0]!;
  return {
    goproxy: env.GOPROXY || "",
    gonoproxy: env.GONOPROXY || env.GOPRIVATE || "",
    gosumdb: env.GOSUMDB || "sum.golang.org",
    gonosumdb: env.GONOSUMDB || env.GOPRIVATE || "",
    goauth: env.GOAUTH || "netrc",
    netrcFile: env.NETRC || (home === "" ? "" : join(home, platform === "win32" ? "_netrc" : ".netrc")),
    gopath: firstGopath,
    gomodcache: env.GOMODCACHE || join(firstGopath, "pkg", "mod"),
  };
}
