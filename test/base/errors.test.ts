import { describe, expect, it } from "vitest";
import { codes } from "../../src/base/codes.ts";
import { exitCodeOf, isIntegrityError, ModwharfError } from "../../src/base/errors.ts";
import { closest } from "../../src/base/suggest.ts";

describe("ModwharfError", () => {
  it("renders what, where, expected, got and fix", () => {
    const error = new ModwharfError("HASH_MISMATCH", "the zip has another hash", {
      subject: "m@v1.0.0",
      expected: "h1:a=",
      actual: "h1:b=",
      fix: "publish under a new version",
    });
    expect(error.message).toBe(
      "the zip has another hash (m@v1.0.0): expected h1:a=, got h1:b=. Fix: publish under a new version",
    );
    expect(error.exitCode).toBe(4);
    expect(isIntegrityError(error)).toBe(true);
  });

  it("leaves out what is not known", () => {
    expect(new ModwharfError("USAGE", "unknown command").message).toBe("unknown command");
    expect(new ModwharfError("USAGE", "bad", { actual: "x" }).message).toBe("bad: got x");
  });

  it("treats what is not ours as a defect, never as success", () => {
    expect(exitCodeOf(new TypeError("x"))).toBe(2);
    expect(isIntegrityError(new TypeError("x"))).toBe(false);
  });
});

describe("codes", () => {
  it.each(Object.entries(codes))("%s is documented in a full sentence", (name, { doc }) => {
    expect(name).toMatch(/^[A-Z][A-Z0-9_]+$/);
    expect(doc).toMatch(/^(?:[A-Z]|go\.mod).{20,}\.$/);
  });
});

describe("closest", () => {
  it("suggests a near word and nothing else", () => {
    expect(closest("publsh", ["publish", "warm"])).toBe("publish");
    expect(closest("frobnicate", ["publish", "warm"])).toBeUndefined();
  });
});
