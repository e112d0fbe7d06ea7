import { parse, parseAllDocuments } from "yaml";

/*
 * What GitLab itself does with an included file that has inputs, as its sources have it: lib/gitlab/ci/config/yaml,
 * lib/ci/inputs/*.rb, lib/gitlab/ci/config/interpolation/{text_template,block}.rb and lib/gitlab/untrusted_regexp.rb.
 * gitlab-ci-local differs where it matters here: it parses first and interpolates afterwards, so it never sees
 * what an unquoted value does to the YAML around it.
 */
export class GitlabRefusal extends Error {}

interface InputSpec {
  type?: string;
  default?: unknown;
  description?: string;
  options?: unknown[];
  regex?: string;
}

export type InputSpecs = Record<string, InputSpec | null>;

/** The header's `spec:inputs`. */
export function inputSpecsOf(file: string): InputSpecs {
  const [header] = split(file);
  return (parse(header) as { spec: { inputs: InputSpecs } }).spec.inputs;
}

/** The file's content with the inputs put in, as text. Throws GitlabRefusal as GitLab refuses the pipeline. */
export function interpolate(file: string, given: Readonly<Record<string, unknown>> = {}): string {
  const [, content] = split(file);
  const specs = inputSpecsOf(file);
  for (const name of Object.keys(given)) {
    if (!(name in specs)) throw new GitlabRefusal(`unknown input argument: ${name}`);
  }
  const values = new Map(
    Object.entries(specs).map(([name, spec]) => [name, settle(name, spec ?? {}, given)]),
  );
  return content.replace(/\$\[\[\s*(\S.*?\S)\s*\]\]/g, (block, access: string) => {
    const name = /^inputs\.([\w-]+)$/.exec(access)?.[1];
    if (name === undefined || !values.has(name)) throw new GitlabRefusal(`unknown interpolation: ${block}`);
    const value = values.get(name);
    return typeof value === "string" ? value : JSON.stringify(value);
  });
}

/** The same, parsed as Psych does it (YAML 1.1). */
export function includeFile(file: string, given: Readonly<Record<string, unknown>> = {}): Pipeline {
  const text = interpolate(file, given);
  const documents = parseAllDocuments(text, { version: "1.1" });
  const problem = documents.flatMap((document) => ("errors" in document ? document.errors : []))[0];
  if (problem !== undefined) throw new GitlabRefusal(problem.message);
  return parse(text, { version: "1.1" }) as Pipeline;
}

export type Pipeline = Record<string, Job>;
// biome-ignore lint/suspicious/noExplicitAny: tests reach into whatever a job has
export type Job = Record<string, any>;

function split(file: string): [string, string] {
  const at = file.indexOf("\n---\n");
  if (at === -1) throw new GitlabRefusal("the file has no header");
  return [file.slice(0, at + 1), file.slice(at + 5)];
}

function settle(name: string, spec: InputSpec, given: Readonly<Record<string, unknown>>): unknown {
  const required = !("default" in spec);
  const refuse = (why: string) => new GitlabRefusal(`\`${name}\` input: ${why}`);
  if (required && given[name] === undefined) throw refuse("required value has not been provided");
  const checked = [...(required ? [] : [spec.default]), ...(given[name] === undefined ? [] : [given[name]])];
  for (const value of checked) {
    if (!hasType(value, spec.type ?? "string")) throw refuse(`value is not a ${spec.type ?? "string"}`);
    if (spec.options !== undefined && !spec.options.includes(value)) throw refuse("not among the options");
    if (spec.regex !== undefined && !matches(spec.regex, value)) throw refuse("does not match the regex");
  }
  return checked.at(-1);
}

function hasType(value: unknown, type: string): boolean {
  if (type === "array") return Array.isArray(value);
  return ["string", "number", "boolean"].includes(type) && typeof value === type;
}

/** GitLab's releases up to 17 match nothing against an empty text; the strictest of them counts. */
function matches(regex: string, value: unknown): boolean {
  return typeof value === "string" && value.trim() !== "" && new RegExp(regex).test(value);
}
