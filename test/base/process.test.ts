import { describe, expect, it } from "vitest";
import { outputOf, runProcess, streamProcess } from "../../src/base/process.ts";

const node = process.execPath;
const script = (text: string) => ["-e", text];

describe("runProcess", () => {
  it("passes input, output and the exit code, and nothing of our environment", async () => {
    const text =
      "process.stdin.pipe(process.stdout); process.stderr.write(JSON.stringify(process.env)); process.exitCode = 7";
    const result = await runProcess(node, script(text), { env: { ONLY: "1" }, input: "hello" });
    expect(result).toMatchObject({ exitCode: 7, stderr: '{"ONLY":"1"}' });
    expect(result.stdout.toString()).toBe("hello");
  });

  it("names the program that is missing", async () => {
    await expect(runProcess("modwharf-no-such-program", [], { env: {} })).rejects.toMatchObject({
      code: "TOOL_MISSING",
    });
  });

  it("refuses more output than the limit", async () => {
    const run = runProcess(node, script("process.stdout.write('x'.repeat(1e6))"), {
      env: {},
      maxOutputBytes: 1000,
    });
    await expect(run).rejects.toMatchObject({ code: "PROCESS_FAILED", expected: "at most 1000 bytes" });
  });
});

describe("outputOf", () => {
  it("shows the end of stderr without credentials", async () => {
    const run = outputOf(node, script("console.error('fatal: https://a:b@host/x'); process.exit(3)"), {
      env: {},
    });
    await expect(run).rejects.toMatchObject({
      code: "PROCESS_FAILED",
      actual: "3: fatal: https://***@host/x",
    });
  });
});

describe("streamProcess", () => {
  const count = async (stream: AsyncIterable<Buffer>) => {
    let size = 0;
    for await (const chunk of stream) size += chunk.length;
    return size;
  };

  it("hands over output of any size", async () => {
    const text = "for (let i = 0; i < 64; i++) process.stdout.write(Buffer.alloc(1 << 20))";
    expect(await streamProcess(node, script(text), { env: {} }, count)).toBe(64 << 20);
  });

  it("fails when the program fails, even if all it printed was read", async () => {
    const run = streamProcess(
      node,
      script("process.stdout.write('part'); process.exit(5)"),
      { env: {} },
      count,
    );
    await expect(run).rejects.toMatchObject({ code: "PROCESS_FAILED", actual: "5" });
  });

  it("stops the program when the reader fails, and passes the reader's error on", async () => {
    const run = streamProcess(
      node,
      script("setInterval(() => process.stdout.write('x'.repeat(1e5)), 1)"),
      { env: {} },
      async () => {
        throw new Error("no more");
      },
    );
    await expect(run).rejects.toThrow("no more");
  });
});
