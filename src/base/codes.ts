/** What a failed command tells its caller; the numbers are a contract that scripts rely on. */
export const exitCodes = {
  ok: 0,
  /** A gate finding, a refused tag, a difference that was asked for. */
  findings: 1,
  /** Wrong flags, configuration or environment. */
  usage: 2,
  /** A server, the network or a credential. */
  remote: 3,
  /** A hash differs, a version would change, a cache was altered. Never retried, downgraded or skipped. */
  integrity: 4,
  /** SIGINT or SIGTERM, as a shell counts: 128 and the number of SIGINT. */
  interrupted: 130,
} as const;

export type ExitClass = keyof typeof exitCodes;

/**
 * Every error code of the project with its exit class and one sentence for the reference page.
 * A code is part of the public contract: scripts match on it, so it is never renamed.
 */
export const codes = {
  // usage
  USAGE: { exit: "usage", doc: "An option, argument or environment variable is missing or malformed." },
  NOT_SUPPORTED: { exit: "usage", doc: "The request names something that this release does not do." },
  TOOL_MISSING: { exit: "usage", doc: "A program that this command needs is not installed." },
  FILE_UNREADABLE: { exit: "usage", doc: "A local file or directory cannot be read." },
  FILE_UNWRITABLE: { exit: "usage", doc: "A local file or directory cannot be written." },
  INTERNAL: { exit: "usage", doc: "A defect in modwharf itself; please report it." },
  PROCESS_FAILED: { exit: "usage", doc: "A program that was started ended with an error." },

  INTERRUPTED: {
    exit: "interrupted",
    doc: "The program was told to stop (SIGINT, SIGTERM); nothing half-written is left.",
  },

  // remote
  REMOTE: { exit: "remote", doc: "A server answered with an error that is not one of the cases below." },
  REMOTE_UNREACHABLE: { exit: "remote", doc: "No answer: name lookup, connection, TLS or timeout." },
  REMOTE_AUTH: {
    exit: "remote",
    doc: "A server refused the credentials, or wanted some and got none (401, 403).",
  },
  REMOTE_NOT_FOUND: { exit: "remote", doc: "A server does not know what was asked for (404, 410)." },
  REMOTE_BAD_ANSWER: { exit: "remote", doc: "A server answered something that its protocol does not allow." },

  // integrity
  HASH_MISMATCH: { exit: "integrity", doc: "Content does not have the hash that was expected for it." },
  VERSION_CHANGED: {
    exit: "integrity",
    doc: "A version exists already with other content; a version never changes.",
  },
  RACE_LOST: {
    exit: "integrity",
    doc: "Another publisher wrote other content under the same version at the same time.",
  },
  LOG_UNVERIFIED: {
    exit: "integrity",
    doc: "A signed note, tree head, tile or proof of a checksum database does not verify.",
  },
  LOG_FORKED: {
    exit: "integrity",
    doc: "A checksum database has signed two histories that contradict each other.",
  },
  BUNDLE_INVALID: {
    exit: "integrity",
    doc: "A bundle is truncated, was altered, or is none.",
  },

  // the user's module (findings as thrown by pure functions)
  MODULE_PATH: { exit: "findings", doc: "A module, import or file path breaks Go's rules." },
  MODULE_VERSION: {
    exit: "findings",
    doc: "A version is not a canonical semantic version, or does not fit its module path.",
  },
  MODFILE_SYNTAX: { exit: "findings", doc: "go.mod, go.work, go.sum or modules.txt cannot be parsed." },
  ZIP_INVALID: { exit: "findings", doc: "A module zip, or what should become one, breaks Go's zip rules." },

  POLICY_INVALID: { exit: "usage", doc: "The policy file or what it extends cannot be used." },

  PACKAGES_UNLOADABLE: {
    exit: "findings",
    doc: "Packages cannot be loaded: a missing or ambiguous import, an embed pattern, or an untidy go.mod or go.sum.",
  },

  // the user's repository
  NOT_A_REPOSITORY: { exit: "usage", doc: "The folder is not inside a git repository." },
  REVISION_UNKNOWN: { exit: "usage", doc: "The repository has no such tag, branch or commit." },
  OBJECTS_MISSING: {
    exit: "findings",
    doc: "The clone lacks objects of the commit (shallow, or partial: --filter).",
  },
  HISTORY_MISSING: {
    exit: "findings",
    doc: "The question needs history or branches that the clone does not have.",
  },

  // refused tags
  TAG_NOT_CANONICAL: {
    exit: "findings",
    doc: "The tag is not a canonical version (v1.2, 1.2.3, v1.2.3+meta, v01.2.3).",
  },
  TAG_PSEUDO_VERSION: {
    exit: "findings",
    doc: "The tag has the form of a pseudo-version, which go ignores.",
  },
  TAG_MAJOR_MISMATCH: {
    exit: "findings",
    doc: "The tag's major version does not fit the module path in go.mod.",
  },
  TAG_WRONG_DIRECTORY: {
    exit: "findings",
    doc: "The tag names another folder than go looks for this module's tags.",
  },
  TAG_AMBIGUOUS: { exit: "findings", doc: "The tag can be read as versions of two modules." },
  TAG_UNSIGNED: { exit: "findings", doc: "A signed tag was required and this one carries no signature." },
  TAG_SIGNATURE_BAD: {
    exit: "findings",
    doc: "The tag's signature does not verify, or its object names another tag.",
  },
  TAG_NOT_ON_BRANCH: { exit: "findings", doc: "The tag's commit is not part of the required branch." },
  GO_MOD_MISSING: { exit: "findings", doc: "No go.mod where the tag says there is a module." },
  MODULE_PATH_DIFFERS: { exit: "findings", doc: "go.mod declares another module path than was asked for." },
  MODULE_SUBDIR_MISMATCH: { exit: "findings", doc: "The module path does not end in the module's folder." },
  VERSION_RETRACTED: { exit: "findings", doc: "go.mod retracts the very version that is being published." },
} as const satisfies Record<string, { exit: ExitClass; doc: string }>;

export type ErrorCode = keyof typeof codes;
