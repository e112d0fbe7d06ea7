// How long the command line takes before it does anything, as ratios to an empty Node process run in turn.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const modwharf = join(root, "dist/modwharf.js");
const RUNS = 15;

const cases = {
  "node -e 0": ["-e", "0"],
  "modwharf --version": [modwharf, "--version"],
  "modwharf publish --help": [modwharf, "publish", "--help"],
};

function wallMs(args) {
  const start = process.hrtime.bigint();
  const { status } = spawnSync(process.execPath, args, { stdio: "ignore" });
  if (status !== 0) throw new Error(`${args.join(" ")} ended with ${status}`);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const times = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
for (let run = -1; run < RUNS; run++) {
  for (const [name, args] of Object.entries(cases)) {
    const ms = wallMs(args);
    if (run >= 0) times[name].push(ms);
  }
}
const base = median(times["node -e 0"]);
for (const [name, values] of Object.entries(times)) {
  console.log(
    `${name}: ${(median(values) / base).toFixed(2)}x of node -e 0 (median of ${RUNS}, ${median(values).toFixed(0)} ms)`,
  );
}
