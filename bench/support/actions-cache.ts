// The stock @actions/cache and a local server of its protocol, as one program for bench/restore.mjs:
//   serve            prints the environment that a job gets, and serves until its standard input ends
//   save|restore PATH KEY
import { restoreCache, saveCache } from "@actions/cache";
import { startCacheServer } from "../../test/support/actions-cache-server.ts";

const [command, path, key] = process.argv.slice(2) as [string, string, string];
if (command === "serve") {
  const server = await startCacheServer();
  process.stdin.on("data", (line) => {
    // Any line asks for the sizes of the entries.
    if (line.length > 0) {
      const sizes = server.entries.map(({ key, archive }) => [key, archive.length]);
      process.stdout.write(`${JSON.stringify(Object.fromEntries(sizes))}\n`);
    }
  });
  process.stdin.on("end", () => process.exit(0));
  process.stdout.write(`${JSON.stringify(server.env)}\n`);
} else if (command === "save") {
  if ((await saveCache([path], key)) < 0) process.exitCode = 1;
} else if ((await restoreCache([path], key)) !== key) {
  process.exitCode = 1;
}
