import { mkdtemp, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { ModwharfError } from "../base/errors.ts";
import { allOf } from "../base/pool.ts";
import { autoQuote } from "../modfile/quote.ts";
import { formatModuleVersion, type ModuleVersion } from "../module/module-version.ts";
import { type ArchiveEntry, readArchive } from "../source/archive.ts";
import { filteredFiles } from "../source/filtered-files.ts";
import { joinTag } from "../source/module-tag.ts";
import type { Repository } from "../source/repository.ts";
import type { TaggedModule } from "../source/tags.ts";
import { type CheckedFiles, checkFiles, errorOf, type FileProblem } from "../zip/check.ts";
import { type CreatedZip, createZip, type ZipInput } from "../zip/create.ts";
import { fileSink } from "../zip/sink.ts";
import { goVersionOf } from "../zip/tree.ts";
import { formatInfo } from "./info.ts";
import { fileList, type ModuleFileList } from "./module-files.ts";
import { sealBuilt, type VerifiedModule } from "./verify.ts";

/** Something that a publisher should know and that does not stop them. */
export interface BuildWarning {
  readonly rule: "filter-attribute";
  readonly message: string;
  /** From the module's root. */
  readonly files: readonly string[];
}

export interface BuiltModule {
  readonly verified: VerifiedModule;
  /** What Go's rules leave out of the zip. */
  readonly omitted: readonly FileProblem[];
  /** Number of files in the zip. */
  readonly files: number;
  /** Their size together, before compression. */
  readonly bytes: number;
  readonly warnings: readonly BuildWarning[];
}

/**
 * Builds a module version's zip, `.mod` and `.info` from a commit as `go` does in direct mode: `git archive`
 * under an empty configuration, Go's zip rules, `.mod` from the raw blob. The files stand in a fresh folder below
 * `workDir` until `verified.dispose()`.
 *
 * Throws ZIP_INVALID naming every offending file, OBJECTS_MISSING.
 */
export async function buildModule(
  repository: Repository,
  tagged: TaggedModule,
  { workDir }: { workDir: string },
): Promise<BuiltModule> {
  const module = { path: tagged.path, version: tagged.version };
  const list = await fileList(repository, tagged);
  const goVersion = tagged.goMod && goVersionOf(tagged.goMod.content);
  const checked = checkFiles(list.files, { goVersion });
  const problem = errorOf(checked, formatModuleVersion(module));
  if (problem !== undefined) throw problem;

  const dir = await mkdtemp(join(workDir, "module-"));
  const dispose = () => rm(dir, { recursive: true, force: true });
  try {
    const zipFile = join(dir, "module.zip");
    const [created, warnings] = await allOf([
      writeZip(repository, tagged, { module, zipFile, checked, list }),
      warningsFor(repository, tagged, checked),
    ]);
    const mod = tagged.goMod?.content ?? Buffer.from(`module ${autoQuote(tagged.path)}\n`);
    const info = infoOf(repository, tagged);
    const verified = await sealBuilt({ module, zipFile, mod, info, dispose }, created);
    return { verified, omitted: checked.omitted, files: created.files, bytes: created.bytes, warnings };
  } catch (error) {
    await dispose();
    throw error;
  }
}

interface ZipTask {
  readonly module: ModuleVersion;
  readonly zipFile: string;
  readonly checked: CheckedFiles;
  readonly list: ModuleFileList;
}

async function writeZip(
  repository: Repository,
  { commit, dir }: TaggedModule,
  { module, zipFile, checked, list }: ZipTask,
): Promise<CreatedZip> {
  const wanted = new Set(checked.valid);
  const file = await open(zipFile, "wx");
  try {
    const created = await readArchive(repository, { commit: commit.id, dir }, (entries) =>
      createZip(module, zipInputs(entries, wanted, list), fileSink(file.fd)),
    );
    if (created.files === wanted.size) return created;
    throw new ModwharfError("INTERNAL", "git's archive does not hold what its listing names", {
      subject: formatModuleVersion(module),
      expected: `${wanted.size} files`,
      actual: `${created.files}`,
    });
  } finally {
    await file.close();
  }
}

/** The files of the zip in git's order, the borrowed LICENSE last. */
async function* zipInputs(
  entries: AsyncIterable<ArchiveEntry>,
  wanted: ReadonlySet<string>,
  { borrowedLicense }: ModuleFileList,
): AsyncGenerator<ZipInput> {
  for await (const entry of entries) {
    if (wanted.has(entry.path)) yield entry;
  }
  if (borrowedLicense !== undefined) {
    yield { path: "LICENSE", sizeBytes: borrowedLicense.length, content: borrowedLicense };
  }
}

async function warningsFor(
  repository: Repository,
  { commit, dir, tree }: TaggedModule,
  { valid }: CheckedFiles,
): Promise<BuildWarning[]> {
  const present = new Set(tree.map((entry) => entry.path));
  const paths = valid.map((path) => joinTag(dir, path)).filter((path) => present.has(path));
  const files = await filteredFiles(repository, commit.id, { tree, paths });
  if (files.length === 0) return [];
  const message =
    "these files have a filter attribute (as with Git LFS): the module holds what git stores for them, " +
    "and a direct go get on a machine whose git runs the filter computes another hash";
  return [
    { rule: "filter-attribute", message, files: files.map((path) => path.slice(joinTag(dir, "").length)) },
  ];
}

function infoOf({ originUrl }: Repository, { version, commit, codeDir, tag }: TaggedModule): Buffer {
  const ref = tag === undefined ? undefined : `refs/tags/${tag}`;
  const origin = { url: originUrl, subdir: codeDir, hash: commit.id, ref };
  return formatInfo({ version, time: commit.time, origin });
}
