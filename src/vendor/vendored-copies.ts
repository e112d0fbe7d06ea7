import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { findWorkerFile } from "../base/worker-file.ts";
import { fsPath } from "../dirhash/names.ts";
import type { GoFile } from "./go-file.ts";
import { scanVendor, type VendorScan } from "./vendor-scan.ts";

/**
 * The files of a vendor directory as they are. Where one has the hash that it should have, it is as good as the
 * module's own file and nearer than that.
 */
export class VendoredCopies {
  readonly dir: string;
  /** What is in the directory; read once, while go.mod files and hashes are read here. */
  readonly scan: Promise<VendorScan>;

  constructor(dir: string) {
    this.dir = dir;
    this.scan = startScan(dir);
    // Who needs it awaits it; a plan that fails before must not end the process with a second error.
    this.scan.catch(() => {});
  }

  /** What a Go file says, when it has this hash. */
  async goFile(path: string, sha256: string): Promise<GoFile | undefined> {
    const scanned = (await this.scan).get(path);
    return scanned?.sha256 === sha256 ? scanned.go : undefined;
  }

  /** The content of a file that had this hash when it was read; the caller hashes it again. */
  async content(path: string, sha256: string): Promise<Uint8Array | undefined> {
    if ((await this.scan).get(path)?.sha256 !== sha256) return undefined;
    return await readFile(fsPath(join(this.dir, path))).catch(() => undefined);
  }
}

/** What a scan finds lives on until its end: collecting early would only copy it around. */
const LARGE_NURSERY = { maxYoungGenerationSizeMb: 96 };

/** In a thread of its own where there is one to start (the bundle's), else here: with the same result. */
async function startScan(dir: string): Promise<VendorScan> {
  if (!existsSync(dir)) return new Map();
  const workerFile = findWorkerFile("scan-worker");
  if (workerFile === undefined) return scanVendor(dir);
  return await new Promise((resolve, reject) => {
    const worker = new Worker(workerFile, { workerData: dir, resourceLimits: LARGE_NURSERY });
    worker.once("message", resolve);
    // Done again here, an error has its own class and details, and a thread that broke down is made up for.
    worker.once("error", () => {
      try {
        resolve(scanVendor(dir));
      } catch (error) {
        reject(error);
      }
    });
  });
}
