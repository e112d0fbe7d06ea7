import { temporaryDirectory } from "../../src/base/files.ts";
import type { Backend } from "../../src/store/backend.ts";
import { FileBackend } from "../../src/store/file.ts";
import { ageFiles } from "../contract/age-files.ts";
import { countWrites } from "../contract/count-writes.ts";
import { describeStoreContract, type StorePlace } from "../contract/store.contract.ts";
import { visibleFiles } from "../support/visible-files.ts";

describeStoreContract("file", makeFilePlace);

async function makeFilePlace(): Promise<StorePlace> {
  const root = await temporaryDirectory();
  const counter = { writes: 0 };
  return {
    open: (): Backend => countWrites(new FileBackend(root.path), counter),
    writes: () => counter.writes,
    age: (ms) => ageFiles(root.path, ms),
    snapshot: () => visibleFiles(root.path),
    dispose: root.dispose,
  };
}
