import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildModule } from "../../src/artifact/build.ts";
import { openRepository, type Repository } from "../../src/source/repository.ts";
import { resolveRevisionModule } from "../../src/source/revisions.ts";
import { resolveTag, type TaggedModule } from "../../src/source/tags.ts";
import { createRepository, git } from "../source/git-fixture.ts";
import { describeWithTools } from "../support/tools.ts";
import { contentRepositories, refusedRepository } from "./parity/content-cases.ts";
import { type Downloaded, goDownload, goEnvironment, serveImportPages } from "./parity/go.ts";
import { layoutRepositories } from "./parity/layout-cases.ts";
import { commitsOf, type Release, versionOf } from "./parity/release.ts";
import { histories } from "./parity/revision-cases.ts";

/*
 * Real `go` in direct mode against ours, over generated repositories. `go` reaches them as https://<root> through
 * url.<base>.insteadOf in an otherwise empty git configuration; ours opens the same repositories as checkouts.
 */

const repositories = [...layoutRepositories, ...contentRepositories];
const refused = refusedRepository.releases;

/** What consumers see of a version. */
interface Published {
  readonly version: string;
  readonly h1: string;
  readonly goModH1: string;
  readonly mod: string;
  readonly info: string;
}

function queryOf(release: Release): string {
  return `${release.module}@${versionOf(release)}`;
}

describeWithTools(["go", "git"], "what we build is what go builds in direct mode", () => {
  const work = mkdtempSync(join(tmpdir(), "modwharf-parity-"));
  const origins = join(work, "origins");
  const byGo = new Map<string, Downloaded>();
  /** Commit ids of the histories, by root. */
  const commits = new Map<string, string[]>();
  let proxy: Server;

  beforeAll(async () => {
    for (const repository of [...repositories, refusedRepository]) {
      create(
        repository.root,
        createRepository(
          join(origins, repository.root),
          commitsOf(repository),
          ...(repository.initArgs ?? []),
        ),
      );
    }
    for (const history of histories) {
      const dir = createRepository(join(origins, history.root), history.commits);
      create(history.root, dir);
      commits.set(history.root, git(dir, "rev-list", "--reverse", "main").split("\n"));
    }
    proxy = await serveImportPages(repositories.map(({ root }) => root));
    const releases = [...repositories.flatMap((repository) => repository.releases), ...refused];
    const queries = [...releases.map(queryOf), ...revisionQueries().map(({ query }) => query)];
    const answers = await goDownload(queries, work, goEnvironment(work, origins, proxy));
    expect(answers).toHaveLength(queries.length);
    for (const [i, query] of queries.entries()) byGo.set(query, answers[i]!);
  });

  afterAll(() => {
    proxy?.close();
    rmSync(work, { recursive: true, force: true });
  });

  function create(root: string, dir: string): void {
    git(dir, "remote", "add", "origin", `https://${root}`);
  }

  function revisionQueries() {
    return histories.flatMap(({ root, modules }) =>
      modules.flatMap(({ path, at }) =>
        at.map((index) => {
          const commit = commits.get(root)![index]!;
          return { root, path, commit, query: `${path}@${commit}` };
        }),
      ),
    );
  }

  function ofGo(query: string): Published {
    const found = byGo.get(query);
    expect(found?.Error, query).toBeUndefined();
    const { Version: version, Sum: h1, GoModSum: goModH1, GoMod, Info } = found as Required<Downloaded>;
    return { version, h1, goModH1, mod: readFileSync(GoMod, "latin1"), info: readFileSync(Info, "utf8") };
  }

  async function ofOurs(repository: Repository, tagged: TaggedModule): Promise<Published> {
    const { verified } = await buildModule(repository, tagged, { workDir: work });
    const { module, h1, goModH1 } = verified;
    const mod = Buffer.from(verified.mod).toString("latin1");
    const info = Buffer.from(verified.info).toString("utf8");
    await verified.dispose();
    return { version: module.version, h1, goModH1, mod, info };
  }

  async function withRepository(root: string, use: (repository: Repository) => Promise<void>): Promise<void> {
    const repository = await openRepository({ dir: join(origins, root), env: process.env });
    try {
      await use(repository);
    } finally {
      await repository.close();
    }
  }

  test("the table holds more than 200 versions, each once", () => {
    const queries = repositories.flatMap(({ releases }) => releases.map(queryOf));
    expect(new Set(queries).size).toBe(queries.length);
    process.stderr.write(
      `parity: ${queries.length} tagged versions, ${revisionQueries().length} revisions\n`,
    );
    expect(queries.length).toBeGreaterThan(200);
  });

  test.each(repositories)("$root", ({ root, releases }) =>
    withRepository(root, async (repository) => {
      for (const release of releases) {
        const tagged = await resolveTag(repository, release.tag, release.options);
        expect(tagged.path).toBe(release.module);
        expect(await ofOurs(repository, tagged), queryOf(release)).toEqual(ofGo(queryOf(release)));
      }
    }),
  );

  test.each(histories)("revisions of $root", ({ root }) =>
    withRepository(root, async (repository) => {
      for (const { path, commit, query } of revisionQueries().filter((asked) => asked.root === root)) {
        const tagged = await resolveRevisionModule(repository, commit, {
          modulePath: path,
          allowRetracted: true,
        });
        const [ours, theirs] = [await ofOurs(repository, tagged), ofGo(query)];
        expect({ ...ours, info: comparable(ours.info) }, query).toEqual({
          ...theirs,
          info: comparable(theirs.info),
        });
      }
    }),
  );

  test("trees that go refuses are refused", () =>
    withRepository(refusedRepository.root, async (repository) => {
      for (const release of refused) {
        expect(byGo.get(queryOf(release))?.Error, Object.keys(release.files).join(" ")).toBeDefined();
        const tagged = await resolveTag(repository, release.tag);
        await expect(buildModule(repository, tagged, { workDir: work })).rejects.toMatchObject({
          code: "ZIP_INVALID",
        });
      }
    }));
});

/** Without the fields that depend on how a revision was asked for: a sum over the remote's tags, the tag's name. */
function comparable(info: string): unknown {
  const { Origin, ...rest } = JSON.parse(info) as { Origin: Record<string, unknown> };
  const { TagSum: _sum, TagPrefix: _prefix, Ref: _ref, ...origin } = Origin;
  return { ...rest, Origin: origin };
}
