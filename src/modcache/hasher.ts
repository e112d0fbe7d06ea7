import { statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { ErrorCode } from "../base/codes.ts";
import { type ErrorDetails, ModwharfError } from "../base/errors.ts";
import { findWorkerFile } from "../base/worker-file.ts";
import { digestDir } from "../dirhash/dir.ts";
import type { Hash1 } from "../dirhash/h1.ts";
import { h1OfList } from "../dirhash/hash-list.ts";
import { decodeName } from "../dirhash/names.ts";
import type { ModuleVersion } from "../module/module-version.ts";
import { sha256OfFile } from "../store/content.ts";
import { type ExtractTarget, extractZip } from "../zip/extract.ts";
import { digestModuleZip, digestZip } from "../zip/hash.ts";
import { HashLists } from "./hash-lists.ts";

/** What is to be hashed: a module zip, or an extracted tree with the prefix `path@version` of its names. */
export type HashJob = (
  | { readonly kind: "zip"; readonly path: string }
  /** A zip that is new here, so that every zip rule is checked as well. */
  | { readonly kind: "module"; readonly path: string; readonly module: ModuleVersion }
  | { readonly kind: "tree"; readonly path: string; readonly prefix: string }
  /** A module zip as in "module", which is extracted on the way. */
  | ({ readonly kind: "extract"; readonly path: string; readonly module: ModuleVersion } & ExtractTarget)
) & {
  /**
   * What is wanted: the h1 (default); the list that it is the hash of (dirhash/hash-list.ts); or, of a zip, the h1, a
   * space and the hexadecimal SHA-256 of the file, which storages ask for.
   */
  readonly result?: "h1" | "list" | "sums";
  /** The directory of HashLists in which to leave the list of what was hashed, under the h1 that it has. */
  readonly lists?: string | undefined;
};

/** What a worker answers. */
export type HashAnswer =
  | { readonly h1: string }
  | { readonly code: ErrorCode; readonly what: string; readonly details: Omit<ErrorDetails, "cause"> };

/** Computes h1 hashes, and lists. Throws ZIP_INVALID or FILE_UNREADABLE for what cannot be hashed. */
export interface Hasher {
  readonly parallel: number;
  hash(job: HashJob): Promise<string>;
  close(): Promise<void>;
}

/** Does one job in the calling thread. */
export async function runHashJob(job: HashJob): Promise<string> {
  const digest = await digestOf(job);
  if (job.result === "sums") return `${digest.sum()} ${await sha256OfFile(job.path)}`;
  if (job.lists === undefined && job.result !== "list") return digest.sum();
  const list = digest.list();
  const h1 = h1OfList(list);
  if (job.lists !== undefined) await new HashLists(job.lists).write(h1, list);
  return job.result === "list" ? decodeName(list) : h1;
}

async function digestOf(job: HashJob): Promise<Hash1> {
  switch (job.kind) {
    case "zip":
      return await digestZip(job.path);
    case "module":
      return await digestModuleZip(job.module, job.path);
    case "tree":
      return digestDir(job.path, job.prefix);
    case "extract":
      return await extractZip(job.module, job.path, job);
  }
}

const inline: Hasher = { parallel: 1, hash: runHashJob, close: async () => {} };

/**
 * A hasher that uses all cores: inflating and hashing are what verification spends its time on. Without the bundle's
 * worker file, or on one core, it works in this thread and gives the same results.
 */
export function openHasher(maxThreads = 4, workerFile = findWorkerFile("hash-worker")): Hasher {
  const threads = Math.min(maxThreads, availableParallelism());
  return workerFile === undefined || threads < 2 ? inline : new WorkerHasher(workerFile, threads);
}

/** Most of what a worker allocates are short-lived buffers outside the heap; collected often, they stay few. */
const SMALL_HEAP = { maxYoungGenerationSizeMb: 2 };

interface Task {
  readonly job: HashJob;
  readonly sizeBytes: number;
  readonly resolve: (h1: string) => void;
  readonly reject: (error: unknown) => void;
}

/** What the work grows with, as far as that is known beforehand; what cannot be read shows when it is hashed. */
function sizeOf({ kind, path }: HashJob): number {
  if (kind === "tree") return 0;
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}

class WorkerHasher implements Hasher {
  readonly parallel: number;
  readonly #workerFile: string;
  readonly #workers: Worker[] = [];
  readonly #idle: Worker[] = [];
  readonly #queue: Task[] = [];
  readonly #running = new Map<Worker, Task>();

  constructor(workerFile: string, threads: number) {
    this.#workerFile = workerFile;
    this.parallel = threads;
  }

  hash(job: HashJob): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#enqueue({ job, sizeBytes: sizeOf(job), resolve, reject });
      if (this.#idle.length === 0 && this.#workers.length < this.parallel) this.#start();
      this.#assign();
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.splice(0).map((worker) => worker.terminate()));
  }

  /** The largest first, so that no thread is left alone with it in the end; equal ones in the order given. */
  #enqueue(task: Task): void {
    const at = this.#queue.findIndex(({ sizeBytes }) => sizeBytes < task.sizeBytes);
    this.#queue.splice(at < 0 ? this.#queue.length : at, 0, task);
  }

  #start(): void {
    const worker = new Worker(this.#workerFile, { resourceLimits: SMALL_HEAP });
    // The process ends when all else is done, whether or not somebody closed this.
    worker.unref();
    worker.on("message", (answer: HashAnswer) => this.#finish(worker, answer));
    worker.on("error", (error) => this.#lose(worker, error));
    this.#workers.push(worker);
    this.#idle.push(worker);
  }

  #assign(): void {
    while (this.#idle.length > 0 && this.#queue.length > 0) {
      const worker = this.#idle.shift()!;
      const task = this.#queue.shift()!;
      this.#running.set(worker, task);
      worker.ref();
      worker.postMessage(task.job);
    }
  }

  #finish(worker: Worker, answer: HashAnswer): void {
    const task = this.#running.get(worker)!;
    this.#running.delete(worker);
    worker.unref();
    this.#idle.push(worker);
    if ("h1" in answer) task.resolve(answer.h1);
    else task.reject(new ModwharfError(answer.code, answer.what, answer.details));
    this.#assign();
  }

  /** A worker that breaks down (out of memory, say) fails its own job only; another one takes its place. */
  #lose(worker: Worker, error: unknown): void {
    const task = this.#running.get(worker);
    this.#running.delete(worker);
    for (const list of [this.#workers, this.#idle]) {
      if (list.includes(worker)) list.splice(list.indexOf(worker), 1);
    }
    task?.reject(
      new ModwharfError("INTERNAL", "a hash worker broke down", { subject: task.job.path, cause: error }),
    );
    if (this.#queue.length > 0 && this.#workers.length < this.parallel) this.#start();
    this.#assign();
  }
}
