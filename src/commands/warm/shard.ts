import { createHash } from "node:crypto";
import { ModwharfError } from "../../base/errors.ts";
import { formatModuleVersion, type ModuleVersion } from "../../module/module-version.ts";

/** One of several parts of a module set. */
export interface Shard {
  /** `I/N` */
  readonly text: string;
  has(module: ModuleVersion): boolean;
}

/**
 * Parses `I/N`, I from 1 to N. Each version belongs to exactly one of the N shards by the hash of its name, so that a
 * new dependency moves none of the others. Throws USAGE.
 */
export function parseShard(text: string | undefined): Shard | undefined {
  if (text === undefined) return undefined;
  const [, index, count] = /^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? [];
  const [i, n] = [Number(index), Number(count)];
  if (index === undefined || i < 1 || i > n) {
    throw new ModwharfError("USAGE", "not a shard", {
      subject: "shard",
      expected: "I/N with I from 1 to N, such as 2/4",
      actual: text,
    });
  }
  return { text: `${i}/${n}`, has: (module) => numberOf(module) % n === i - 1 };
}

function numberOf(module: ModuleVersion): number {
  return createHash("sha256").update(formatModuleVersion(module)).digest().readUInt32BE(0);
}
