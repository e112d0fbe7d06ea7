import { readdir, readFile, utimes } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { temporaryDirectory } from "../../src/base/files.ts";
import type { Backend } from "../../src/store/backend.ts";
import { FileBackend } from "../../src/store/file.ts";
import { countWrites } from "../contract/count-writes.ts";
import { describeStoreContract, type StorePlace } from "../contract/store.contract.ts";

describeStoreContract("file", makeFilePlace);

async function makeFilePlace(): Promise<StorePlace> {
  const root = await temporaryDirectory();
  const counter = { writes: 0 };
  return {
    open: (): Backend => countWrites(new FileBackend(root.path), counter),
    writes: () => counter.writes,
    age: async (ms) => {
      const then = new Date(Date.now() - ms);
      for (const file of await filesBelow(root.path)) await utimes(join(root.path, file), then, then);
    },
    snapshot: async () => {
      const entries = (await filesBelow(root.path)).map(
        async (file) => [file, (await readFile(join(root.path, file))).toString("base64")] as const,
      );
      return Object.fromEntries(await Promise.all(entries));
    },
    dispose: root.dispose,
  };
}

async function filesBelow(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}
