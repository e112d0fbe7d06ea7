import { utimes } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "../../src/base/files.ts";
import type { Backend } from "../../src/store/backend.ts";
import { FileBackend } from "../../src/store/file.ts";
import { countWrites } from "../contract/count-writes.ts";
import { describeStoreContract, type StorePlace } from "../contract/store.contract.ts";
import { visibleFiles, visibleNames } from "../support/visible-files.ts";

describeStoreContract("file", makeFilePlace);

async function makeFilePlace(): Promise<StorePlace> {
  const root = await temporaryDirectory();
  const counter = { writes: 0 };
  return {
    open: (): Backend => countWrites(new FileBackend(root.path), counter),
    writes: () => counter.writes,
    age: async (ms) => {
      const then = new Date(Date.now() - ms);
      for (const file of await visibleNames(root.path)) await utimes(join(root.path, file), then, then);
    },
    snapshot: () => visibleFiles(root.path),
    dispose: root.dispose,
  };
}
