import { Document, Scalar, visit } from "yaml";

/** YAML text in a stable layout: block style, no line folding (a folded line is hard to compare). */
export function yamlText(value: unknown, header: string): string {
  const comment = header.split("\n").map((line) => `# ${line}`.trimEnd());
  return `${comment.join("\n")}\n${new Document(value).toString({ lineWidth: 0 })}`;
}

/**
 * A document that holds `$[[ inputs.… ]]`. GitLab puts the values into the text before it parses it (lib/gitlab/ci/
 * config/interpolation/text_template.rb): strings as they stand, other types as JSON. So an input of another type
 * stands bare, to keep its type, and whatever holds a string input is quoted: bare, an empty value would become
 * null, `yes` a boolean, and `a: b` a mapping.
 */
export function yamlTemplate(value: unknown, typedInputs: ReadonlySet<string>): string {
  const document = new Document(value);
  visit(document, {
    Scalar(_key, node) {
      if (!String(node.value).includes("$[[")) return;
      const [, only = ""] = /^\$\[\[ inputs\.([\w-]+) \]\]$/.exec(String(node.value)) ?? [];
      node.type = typedInputs.has(only) ? Scalar.PLAIN : Scalar.QUOTE_SINGLE;
    },
  });
  return document.toString({ lineWidth: 0 });
}

/** The same with one long text folded: its parts on lines of their own, which YAML joins by blanks again. */
export function foldScalar(yaml: string, parts: readonly string[]): string {
  const quoted = `'${parts.join(" ")}'`;
  return yaml
    .split("\n")
    .map((line) => {
      if (!line.endsWith(`- ${quoted}`)) return line;
      const indent = line.slice(0, line.indexOf("-"));
      return [`${indent}- >-`, ...parts.map((part) => `${indent}  ${part}`)].join("\n");
    })
    .join("\n");
}
