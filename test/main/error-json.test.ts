import { describe, expect, it } from "vitest";
import { ModwharfError } from "../../src/base/errors.ts";
import { addSecret } from "../../src/base/redact.ts";
import { renderErrorJson } from "../../src/main/error-json.ts";

describe("renderErrorJson", () => {
  it("is one line with code and fix, without secrets, and no command for GitHub's runner", () => {
    addSecret('quote"d-secret');
    const error = new ModwharfError("USAGE", "no", { actual: 'quote"d-secret ##[error]', fix: "do" });
    const text = renderErrorJson(error);
    expect(text).not.toContain("##[");
    expect(text.trimEnd().split("\n")).toHaveLength(1);
    expect(JSON.parse(text).error).toMatchObject({ code: "USAGE", actual: "*** ##[error]", fix: "do" });
  });

  it("calls what is not ours a defect", () => {
    expect(JSON.parse(renderErrorJson(new TypeError("x")))).toEqual({
      error: { code: "INTERNAL", message: "x" },
    });
  });
});
