import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { openRepository } from "../../src/source/repository.ts";
import { requireSignedTag, type SignatureOptions } from "../../src/source/signature.ts";
import { resolveTag } from "../../src/source/tags.ts";
import { describeWithTools, requireTool, tool } from "../support/tools.ts";
import { createRepository, git, gitEnv } from "./git-fixture.ts";

const work = mkdtempSync(join(tmpdir(), "mw-sig-"));
const dir = join(work, "repo");

beforeAll(() => {
  createRepository(dir, [
    { files: { "go.mod": "module example.com/m\n" }, tags: ["v1.0.0"], annotatedTags: ["v1.1.0"] },
  ]);
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** Signs a tag with git itself, under the given configuration. */
function sign(tag: string, config: Record<string, string>, env: Record<string, string> = {}): void {
  const args = Object.entries(config).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
  execFileSync("git", [...args, "tag", "-s", "-m", "signed", tag, "main"], {
    cwd: dir,
    env: { ...gitEnv, ...env },
    stdio: "pipe",
  });
}

async function check(tag: string, options: SignatureOptions = { env: gitEnv }): Promise<void> {
  const repository = await openRepository({ dir, env: process.env });
  onTestFinished(() => repository.close());
  await requireSignedTag(repository, await resolveTag(repository, tag), options);
}

describe("requireSignedTag refuses", () => {
  test("a lightweight tag, naming how to fetch the signed one", async () => {
    await expect(check("v1.0.0")).rejects.toMatchObject({
      code: "TAG_UNSIGNED",
      fix: expect.stringContaining("git fetch --force origin +refs/tags/v1.0.0:refs/tags/v1.0.0"),
    });
  });

  test("an untagged revision", async () => {
    const repository = await openRepository({ dir, env: process.env });
    onTestFinished(() => repository.close());
    const checking = requireSignedTag(repository, { tag: undefined, tagObject: undefined }, { env: gitEnv });
    await expect(checking).rejects.toMatchObject({
      code: "TAG_UNSIGNED",
      fix: expect.stringContaining("--tag"),
    });
  });

  test("an annotated tag without signature", async () => {
    await expect(check("v1.1.0")).rejects.toMatchObject({ code: "TAG_UNSIGNED" });
  });
});

describeWithTools(["ssh-keygen"], "SSH signatures", () => {
  const allowedSigners = join(work, "allowed");
  const strangers = join(work, "strangers");

  beforeAll(() => {
    for (const [name, file] of [
      ["key", allowedSigners],
      ["stranger", strangers],
    ] as const) {
      execFileSync(requireTool("ssh-keygen"), [
        "-q",
        "-t",
        "ed25519",
        "-N",
        "",
        "-C",
        "",
        "-f",
        join(work, name),
      ]);
      const publicKey = execFileSync("cat", [join(work, `${name}.pub`)], { encoding: "utf8" });
      writeFileSync(file, `maintainer@example.com namespaces="git" ${publicKey}`);
    }
    sign("v1.2.0", { "gpg.format": "ssh", "user.signingkey": join(work, "key") });
  });

  test("of an allowed signer are accepted", async () => {
    await check("v1.2.0", { env: gitEnv, allowedSigners });
  });

  test("of anybody else are refused", async () => {
    await expect(check("v1.2.0", { env: gitEnv, allowedSigners: strangers })).rejects.toMatchObject({
      code: "TAG_SIGNATURE_BAD",
      exitCode: 1,
    });
  });

  test("need the file of allowed signers", async () => {
    await expect(check("v1.2.0")).rejects.toMatchObject({
      code: "USAGE",
      fix: expect.stringContaining("--allowed-signers"),
    });
  });

  test("do not carry over to a ref that was pointed at the signed object", async () => {
    git(dir, "update-ref", "refs/tags/v1.3.0", "refs/tags/v1.2.0");
    await expect(check("v1.3.0", { env: gitEnv, allowedSigners })).rejects.toMatchObject({
      code: "TAG_SIGNATURE_BAD",
      actual: "tag v1.2.0",
    });
  });

  test("are not believed when the tag object was altered", async () => {
    const original = git(dir, "cat-file", "tag", "v1.2.0");
    const forged = `${original.replace("tag v1.2.0", "tag v1.4.0")}\n`;
    const id = execFileSync("git", ["hash-object", "-t", "tag", "-w", "--stdin"], {
      cwd: dir,
      env: gitEnv,
      input: forged,
    });
    git(dir, "update-ref", "refs/tags/v1.4.0", id.toString().trim());
    await expect(check("v1.4.0", { env: gitEnv, allowedSigners })).rejects.toMatchObject({
      code: "TAG_SIGNATURE_BAD",
    });
  });

  test("are checked by the real program, not by one that the repository configures", async () => {
    git(dir, "config", "gpg.ssh.program", "true");
    git(dir, "config", "gpg.ssh.allowedSignersFile", allowedSigners);
    const checking = check("v1.2.0", { env: gitEnv, allowedSigners: strangers });
    await expect(checking).rejects.toMatchObject({ code: "TAG_SIGNATURE_BAD" });
  });
});

describeWithTools(["gpg"], "GPG signatures", () => {
  const home = join(work, "g");
  const empty = join(work, "e");

  beforeAll(() => {
    for (const folder of [home, empty]) {
      mkdirSync(folder);
      chmodSync(folder, 0o700);
    }
    const gpg = (...args: string[]) =>
      execFileSync(requireTool("gpg"), ["--homedir", home, "--batch", "--quiet", ...args], { stdio: "pipe" });
    gpg("--passphrase", "", "--quick-gen-key", "Maintainer <m@example.com>", "ed25519", "sign", "never");
    sign("v1.5.0", { "user.signingkey": "m@example.com" }, { GNUPGHOME: home });
  });
  afterAll(() => {
    for (const folder of [home, empty]) {
      execFileSync(tool("gpgconf") ?? "true", ["--homedir", folder, "--kill", "all"], { stdio: "ignore" });
    }
  });

  test("of a key in the keyring are accepted", async () => {
    await check("v1.5.0", { env: { ...gitEnv, GNUPGHOME: home } });
  });

  test("of unknown keys are refused", async () => {
    await expect(check("v1.5.0", { env: { ...gitEnv, GNUPGHOME: empty } })).rejects.toMatchObject({
      code: "TAG_SIGNATURE_BAD",
    });
  });
});
