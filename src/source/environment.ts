/** The few variables of the caller's environment that git needs to be found and to write its temporary files. */
const KEPT = [
  "PATH",
  "Path",
  "TMPDIR",
  "TEMP",
  "TMP",
  "SystemRoot",
  "SYSTEMROOT",
  "PATHEXT",
  "LD_LIBRARY_PATH",
];

/**
 * The configuration that stands in for the user's and the system's: `go`'s own two settings against line-ending
 * translation, and `safe.directory`, because dropping the user's configuration drops theirs and CI checkouts
 * often belong to another user. It is a file and not `-c`: git 2.35.2 to 2.37 ignored `-c safe.directory`.
 * Trusting every owner is sound here, since nothing that git runs for us executes what a repository configures.
 */
export const privateConfig = [
  "[safe]",
  "\tdirectory = *",
  "[core]",
  "\tautocrlf = input",
  "\teol = lf",
  "\tattributesFile =",
  "[gc]",
  "\tauto = 0",
  "",
].join("\n");

/**
 * The whole environment of a git process that must not see the user's configuration, whatever `GIT_*` variables
 * a runner or a hook has set. `home` is a folder of ours that holds `privateConfig` as `gitconfig`.
 */
export function gitEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of KEPT) {
    const value = env[name];
    if (value !== undefined) kept[name] = value;
  }
  return {
    ...kept,
    HOME: home,
    LC_ALL: "C",
    GIT_CONFIG_GLOBAL: `${home}/gitconfig`,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    // A module directory is a name, never a pattern.
    GIT_LITERAL_PATHSPECS: "1",
    // `go` clones without refs/replace; honouring them here would build other bytes.
    GIT_NO_REPLACE_OBJECTS: "1",
    // A query must neither write to the user's repository nor ask a network.
    GIT_OPTIONAL_LOCKS: "0",
    GIT_NO_LAZY_FETCH: "1",
  };
}

/** Names of the guarded variables above, which simple-git wants to be told. */
export const guardedNames = [
  "GIT_CONFIG_GLOBAL",
  "GIT_CONFIG_NOSYSTEM",
  "GIT_ATTR_NOSYSTEM",
  "GIT_TERMINAL_PROMPT",
  "GIT_LITERAL_PATHSPECS",
  "GIT_NO_REPLACE_OBJECTS",
  "GIT_OPTIONAL_LOCKS",
  "GIT_NO_LAZY_FETCH",
  "GIT_DIR",
] as const;
