import { ModwharfError, messageOf } from "../base/errors.ts";
import { canonicalModuleVersion } from "../module/major.ts";
import { checkModuleVersion, type ModuleVersion } from "../module/module-version.ts";

export interface ListedVersion {
  readonly module: ModuleVersion;
  readonly line: number;
}

/**
 * Parses a text list: one `path@version` a line, blank lines and comments (`#` or `//` to the line's end) left out.
 * Throws MODFILE_SYNTAX for the first line that is no module version; versions are canonical.
 */
export function parseModuleList(name: string, text: string): ListedVersion[] {
  return text.split("\n").flatMap((raw, i) => {
    const entry = raw.replace(/(^|\s)(?:#|\/\/).*$/, "$1").trim();
    return entry === "" ? [] : [{ module: parseEntry(entry, `${name}:${i + 1}`), line: i + 1 }];
  });
}

function parseEntry(entry: string, subject: string): ModuleVersion {
  const at = entry.indexOf("@");
  const module = { path: entry.slice(0, Math.max(at, 0)), version: entry.slice(at + 1) };
  if (at < 1) throw malformed(subject, entry);
  try {
    checkModuleVersion(module);
  } catch (error) {
    throw malformed(subject, messageOf(error));
  }
  if (canonicalModuleVersion(module.version) !== module.version) throw malformed(subject, entry);
  return module;
}

function malformed(subject: string, actual: string): ModwharfError {
  return new ModwharfError("MODFILE_SYNTAX", "a line is no module version", {
    subject,
    expected: "path@version with a canonical version, such as golang.org/x/text@v0.14.0",
    actual,
  });
}
