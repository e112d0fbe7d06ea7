import type { ResolveOptions } from "../../../src/source/tags.ts";
import type { FixtureCommit, FixtureFile } from "../../source/git-fixture.ts";

export type Files = Readonly<Record<string, FixtureFile>>;

/** One module version: a commit with these files and this tag. */
export interface Release {
  readonly tag: string;
  readonly module: string;
  /** Where it is not the tag's last part. */
  readonly version?: string;
  readonly files: Files;
  readonly annotated?: boolean;
  readonly seconds?: number;
  /** What ours has to be told, as `go` is told by its arguments or a go-import tag. */
  readonly options?: ResolveOptions;
}

/** A repository and the releases in it; `go` reaches it under `https://<root>`. */
export interface ReleaseRepository {
  /** Such as `github.com/acme/tool`; for other hosts the proxy's go-import page names it. */
  readonly root: string;
  readonly releases: readonly Release[];
  readonly initArgs?: readonly string[];
}

export function versionOf({ tag, version }: Release): string {
  return version ?? tag.slice(tag.lastIndexOf("/") + 1);
}

export function commitsOf({ releases }: ReleaseRepository): FixtureCommit[] {
  return releases.map(({ files, tag, annotated, seconds }) => ({
    files,
    ...(annotated ? { annotatedTags: [tag] } : { tags: [tag] }),
    ...(seconds === undefined ? {} : { seconds }),
  }));
}

/** Releases of the root module, v1.0.0 and up, one for each set of files; go.mod is added where there is none. */
export function rootSeries(root: string, variants: readonly Files[]): ReleaseRepository {
  return {
    root,
    releases: variants.map((files, i) => ({
      tag: `v1.0.${i}`,
      module: root,
      files: { "go.mod": `module ${root}\n`, ...files },
    })),
  };
}

/** The same files as a module in `lib/`, whose tags are `lib/v1.0.0` and up; `outside` stands at the root. */
export function nestedSeries(
  root: string,
  variants: readonly { files: Files; outside?: Files }[],
): ReleaseRepository {
  return {
    root,
    releases: variants.map(({ files, outside }, i) => ({
      tag: `lib/v1.0.${i}`,
      module: `${root}/lib`,
      files: { ...outside, "lib/go.mod": `module ${root}/lib\n`, ...below("lib", files) },
    })),
  };
}

/** The same files as a module in the major subdirectory `v2/`. */
export function majorDirSeries(
  root: string,
  variants: readonly { files: Files; outside?: Files }[],
): ReleaseRepository {
  return {
    root,
    releases: variants.map(({ files, outside }, i) => ({
      tag: `v2.0.${i}`,
      module: `${root}/v2`,
      files: {
        "go.mod": `module ${root}\n`,
        ...outside,
        "v2/go.mod": `module ${root}/v2\n`,
        ...below("v2", files),
      },
    })),
  };
}

export function below(dir: string, files: Files): Files {
  return Object.fromEntries(Object.entries(files).map(([path, file]) => [`${dir}/${path}`, file]));
}
