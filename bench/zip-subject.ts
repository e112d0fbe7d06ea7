// What bench/zip.mjs measures, bundled like the command line: the same two jobs as bench/reference/main.go.
import { createZipFromDir } from "../src/zip/create-from-dir.ts";
import { hashZip } from "../src/zip/hash.ts";

const [job, ...args] = process.argv.slice(2);
if (job === "zip") {
  const [path, version, dir, file] = args as [string, string, string, string];
  process.stdout.write(`${(await createZipFromDir({ path, version }, dir, file)).h1}\n`);
} else {
  for (const file of args) process.stdout.write(`${await hashZip(file)}\n`);
}
// Peak resident memory in KiB, for the parent.
process.stderr.write(`${process.resourceUsage().maxRSS}\n`);
