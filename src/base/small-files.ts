import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { errnoOf, temporaryBeside, unwritable } from "./files.ts";

/*
 * For the thousands of small files that a module cache consists of. A promise for each system call, which another
 * thread makes, takes many times as long as the call, and keeps the threads waiting that hash.
 */

/** `makeDirectory`, at once. */
export function makeDirectorySync(path: string): void {
  try {
    makeOne(path);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT" || dirname(path) === path) throw error;
    makeDirectorySync(dirname(path));
    makeOne(path);
  }
}

function makeOne(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    // Some file systems refuse what exists with another errno than EEXIST.
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

/**
 * `writeFileAtomic`, at once, and not durable: readers see the old content or the new, but after a power failure maybe
 * neither. Throws FILE_UNWRITABLE.
 */
export function writeSmallAtomic(path: string, content: string | Uint8Array): void {
  const temporary = temporaryBeside(path);
  try {
    try {
      writeInFolder(temporary, content);
      renameSync(temporary, path);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** Most folders exist already, so they are made only where one was missed. */
function writeInFolder(path: string, content: string | Uint8Array): void {
  try {
    writeFileSync(path, content, { flag: "wx" });
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
    makeDirectorySync(dirname(path));
    writeFileSync(path, content, { flag: "wx" });
  }
}
