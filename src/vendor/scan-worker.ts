// The entry file of the thread that reads a vendor directory (see vendored-copies.ts).
import { parentPort, workerData } from "node:worker_threads";
import { scanVendor } from "./vendor-scan.ts";

parentPort!.postMessage(scanVendor(workerData as string));
