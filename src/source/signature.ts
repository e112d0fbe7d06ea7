import { resolve } from "node:path";
import { ModwharfError } from "../base/errors.ts";
import { runProcess } from "../base/process.ts";
import { redact } from "../base/redact.ts";
import type { Repository } from "./repository.ts";
import { shellWord } from "./tag-name.ts";
import type { TaggedModule } from "./tags.ts";

export interface SignatureOptions {
  /** An OpenSSH allowed_signers file, for tags signed with SSH keys. */
  allowedSigners?: string | undefined;
  /** The caller's environment: HOME and GNUPGHOME say where GnuPG's keyring is. */
  env: Readonly<Record<string, string | undefined>>;
}

/**
 * Requires that the tag is annotated, that its object names this very tag, and that its GPG or SSH signature
 * verifies, against GnuPG's keyring or the allowed signers. Nothing of the repository's configuration (which
 * could name another gpg program) takes part.
 *
 * Throws TAG_UNSIGNED, TAG_SIGNATURE_BAD, USAGE without allowed signers for an SSH signature.
 */
export async function requireSignedTag(
  repository: Repository,
  { tag, tagObject }: Pick<TaggedModule, "tag" | "tagObject">,
  options: SignatureOptions,
): Promise<void> {
  if (tag === undefined) {
    throw new ModwharfError("TAG_UNSIGNED", "an untagged revision carries no signature of a tag", {
      fix: "sign a tag (git tag -s) and publish it with --tag",
    });
  }
  if (tagObject === undefined) throw lightweight(tag);
  if (!tagObject.isSigned) {
    throw new ModwharfError("TAG_UNSIGNED", "the tag carries no signature", {
      subject: tag,
      expected: "a tag made with git tag -s",
      fix: `sign a new version: a tag that consumers may have seen must not move`,
    });
  }
  // The ref can be pointed at the signed object of another tag; only the name inside is signed.
  if (tagObject.name !== tag) {
    throw new ModwharfError("TAG_SIGNATURE_BAD", "the signed object belongs to another tag", {
      subject: tag,
      expected: `tag ${tag}`,
      actual: `tag ${tagObject.name}`,
      fix: "find out who moved the tag, and fetch the original",
    });
  }
  await verify(repository, { tag, id: tagObject.id }, options);
}

async function verify(
  repository: Repository,
  { tag, id }: { tag: string; id: string },
  { allowedSigners, env }: SignatureOptions,
): Promise<void> {
  const signers =
    allowedSigners === undefined ? [] : ["-c", `gpg.ssh.allowedSignersFile=${resolve(allowedSigners)}`];
  const gnupgHome = env.GNUPGHOME ?? (env.HOME && `${env.HOME}/.gnupg`);
  const result = await runProcess(repository.gitPath, [...signers, "verify-tag", "--raw", id], {
    ...repository.spawning,
    env: { ...repository.spawning.env, ...(gnupgHome ? { GNUPGHOME: gnupgHome } : {}) },
  });
  if (result.exitCode === 0) return;
  const said = redact(result.stderr).trim();
  if (allowedSigners === undefined && said.includes("allowedSignersFile")) {
    throw new ModwharfError("USAGE", "an SSH signature needs the file of allowed signers", {
      subject: tag,
      fix: 'name it with --allowed-signers FILE (lines of: name namespaces="git" ssh-ed25519 AAAA…)',
    });
  }
  throw new ModwharfError("TAG_SIGNATURE_BAD", "the tag's signature does not verify", {
    subject: tag,
    expected: "a good signature of a known key",
    actual: said.slice(-1000) || `exit code ${result.exitCode}`,
    fix: "import the maintainers' public keys (gpg --import), or list theirs with --allowed-signers",
  });
}

function lightweight(tag: string): ModwharfError {
  const ref = shellWord(`refs/tags/${tag}`);
  return new ModwharfError("TAG_UNSIGNED", "this is a lightweight tag, which cannot carry a signature", {
    subject: tag,
    expected: "an annotated, signed tag",
    fix:
      `if it was signed when pushed, the checkout has replaced it (actions/checkout does so): ` +
      `git fetch --force origin +${ref}:${ref}; else sign the next version: git tag -s`,
  });
}
