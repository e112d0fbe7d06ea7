import type { BundleIndex } from "../../mirror/bundle/bundle-index.ts";

/** What reports say of a bundle. */
export interface IndexFacts {
  digest: string;
  modules: number;
  /** Versions whose go.mod alone is in it. */
  goMods: number;
  /** The checksum database whose proofs it has. */
  database: string | null;
  /** Versions that the database vouches for. */
  records: number;
  tiles: number;
}

export function indexFacts({ digest, modules, database }: BundleIndex): IndexFacts {
  const withZip = modules.filter(({ h1 }) => h1 !== undefined).length;
  return {
    digest,
    modules: withZip,
    goMods: modules.length - withZip,
    database: database?.name ?? null,
    records: modules.filter(({ record }) => record !== undefined).length,
    tiles: database?.tiles.length ?? 0,
  };
}
