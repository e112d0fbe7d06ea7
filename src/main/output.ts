/**
 * Keeps a closed pipe (`modwharf … | head -1`) from ending the program: what it does is worth finishing though
 * nobody reads on, and its exit code tells how that went. Output that is lost otherwise, as on a full disk, fails.
 */
export function guardOutput(): void {
  process.stderr.on("error", () => {});
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") return;
    process.stderr.write(`modwharf: cannot write to standard output: ${error.code ?? error.message}\n`);
    process.exit(2);
  });
}
