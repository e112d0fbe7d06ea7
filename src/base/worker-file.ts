import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * The entry file of a thread (`hash-worker`), beside or above the bundle's chunk that holds this function; undefined
 * where nothing was bundled, and the work is done in the calling thread. scripts/build.mjs makes these files.
 */
export function findWorkerFile(name: string): string | undefined {
  const candidates = [`./${name}.js`, `../${name}.js`].map((path) => new URL(path, import.meta.url));
  return candidates.map((url) => fileURLToPath(url)).find((file) => existsSync(file));
}
