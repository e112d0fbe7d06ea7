import { Document, stringify } from "yaml";

/** YAML text in a stable layout: block style, no line folding (a folded line is hard to compare). */
export function yamlText(value: unknown, header: string): string {
  const document = new Document(value);
  return `${header
    .split("\n")
    .map((line) => `# ${line}`)
    .join("\n")}\n${document.toString({ lineWidth: 0 })}`;
}

/** One more YAML document, without a header. */
export function yamlPart(value: unknown): string {
  return stringify(value, { lineWidth: 0 });
}
