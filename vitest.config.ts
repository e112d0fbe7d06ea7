import { defineConfig } from "vitest/config";

/**
 * Two projects: `unit` needs Node alone and runs everywhere; `e2e` starts real servers, runners and the real
 * `go`, and each of its suites skips with one line when its tool is missing (see test/support/tools.ts).
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/e2e/**", "test/conformance/**"],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts", "test/conformance/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
