import type { Report } from "../../src/report/report.ts";

/** Names that a tag, a file, a branch or a module's author can choose; each attacks at least one format. */
export const hostileTexts: readonly string[] = [
  "line one\nline two\r\nline three\rfour",
  "::set-output name=h1::forged",
  "x\n::error file=a.go::forged",
  "##[group]forged",
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "<!-- modwharf:forged -->",
  "--> <b>out</b>",
  "[click](https://evil.example/)",
  "![image](https://evil.example/x.png)",
  "https://evil.example/path www.evil.example",
  "a | b | c",
  "`code` ``more`` ```fence",
  "```\n# heading\n```",
  "*bold* _em_ ~~gone~~ __strong__",
  "# heading",
  "- item",
  "+ item",
  "1. item",
  "2) item",
  "> quote",
  "---",
  "===",
  "/close\n/assign @root",
  "@octocat and @org/team",
  "fixes #1, !2, ~label, %milestone, &3, $4, owner/repo#5, :tada:",
  "mail me: someone@evil.example",
  "example.com/foo@v1.2.3",
  "\u202egnp.exe",
  "zero\u200bwidth \u2066isolate\u2069 \ufeffbom",
  "\u001b[31mred\u001b[0m \u0007bell \u0000nul \u009bcsi",
  "section_start:1:x\r\u001b[0Kforged",
  "]]> & < > \" ' &amp; &#64;root",
  "\ufffe\uffff lone \ud800 surrogate",
  "\u{e0041}tagged",
  '"]; click n0 "javascript:alert(1)" %%{init: {}}%%',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a shell's syntax, not ours
  "$HOME ${IFS} %PATH% $$",
  "$`math`$ $$x$$",
  "\\",
  "trailing \\",
  "../../etc/passwd",
  "a\tb",
];

/** A report in which one text stands everywhere that user text can stand. */
export function reportWith(text: string): Report {
  const finding = { rule: text, message: text, fix: text, file: text, line: 3, subject: text, detail: text };
  return {
    command: text,
    summary: text,
    findings: [
      { ...finding, level: "error", blocking: true, module: text, reference: `javascript:${text}` },
      { ...finding, level: "warning", blocking: false, status: "existing" },
      {
        ...finding,
        level: "note",
        blocking: false,
        status: "waived",
        reference: `https://x.example/${text}`,
      },
    ],
    tables: [{ title: text, columns: [text, "b"], rows: [[text, "1"]] }],
    diagrams: [{ title: text, mermaid: text }],
    data: { text },
    metrics: [{ name: text, help: text, type: "gauge", value: 1, labels: { [text]: text } }],
  };
}
