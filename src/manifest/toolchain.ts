import { ModwharfError } from "../base/errors.ts";
import type { GoMod } from "../modfile/go-mod.ts";
import { compareGoVersions, toolchainVersion } from "../modfile/go-version.ts";
import type { GoWork } from "../modfile/go-work.ts";
import type { ModuleVersion } from "../module/module-version.ts";

/** The module that go downloads its own releases as (go.dev/doc/toolchain). */
export const TOOLCHAIN_PATH = "golang.org/toolchain";

/** A platform as GOOS/GOARCH. */
const PLATFORM = /^([a-z0-9]+)\/([a-z0-9]+)$/;

/** The module version of a toolchain for a platform: go1.22.3, linux/amd64. Throws USAGE for another form. */
export function toolchainModule(name: string, platform: string): ModuleVersion {
  const [, os, arch] = PLATFORM.exec(platform) ?? [];
  if (os === undefined || toolchainVersion(name) === "") {
    throw new ModwharfError("USAGE", "not a toolchain for a platform", {
      expected: "a name such as go1.22.3 and a platform such as linux/amd64",
      actual: `${name} ${platform}`,
    });
  }
  return { path: TOOLCHAIN_PATH, version: `v0.0.1-${name}.${os}-${arch}` };
}

/**
 * The toolchain that a file asks for: its toolchain line, else what its go line implies from 1.21 on, when that names
 * a release (1.22.3 or 1.23rc1, not 1.22). undefined when every toolchain that knows the language will do.
 */
export function namedToolchain({
  go,
  toolchain,
}: GoMod | GoWork): { name: string; line: number } | undefined {
  if (toolchain !== undefined && toolchain.name !== "default") {
    return { name: toolchain.name, line: toolchain.position.line };
  }
  const isRelease = go !== undefined && /^\d+\.\d+(?:\.\d+|[a-z]+\d+)$/.test(go.version);
  if (!isRelease || compareGoVersions(go.version, "1.21rc1") < 0) return undefined;
  return { name: `go${go.version}`, line: go.position.line };
}
