// Writes everything that is generated from the commands' tables; with --check compares instead and fails on drift.
import { root, withGenerator } from "./load-generator.mjs";

const check = process.argv.includes("--check");
process.exitCode = await withGenerator(({ generate }) => generate(root, { check }));
