import type { Job, Pipeline } from "./gitlab-include.ts";

/** Keys of a pipeline that are no jobs. */
const GLOBAL = new Set(["include", "stages", "variables", "default", "workflow", "spec", "image", "cache"]);

/** What GitLab's schema lets pass and a real pipeline does not, or not safely. One line for each finding. */
export function lintPipeline(pipeline: Pipeline): string[] {
  return [
    ...variablesOf(pipeline.variables).map((what) => `variables: ${what}`),
    ...Object.entries(pipeline)
      .filter(([name]) => !GLOBAL.has(name))
      .flatMap(([name, job]) => lintJob(name, job ?? {}).map((finding) => `${name}: ${finding}`)),
  ];
}

function lintJob(name: string, job: Job): string[] {
  return [
    ...variablesOf(job.variables),
    ...scriptLines(job).flatMap(scriptFindings),
    ...cacheFindings(job),
    ...resourceGroup(job),
    ...artifactFindings(job),
    ...(name.length > 255 ? ["the name is longer than 255 characters"] : []),
  ];
}

/** GitLab takes strings and numbers; a boolean or null ends the pipeline (entry/variable.rb). */
function variablesOf(variables: Record<string, unknown> = {}): string[] {
  return Object.entries(variables)
    .filter(([, value]) => !isText(value) && !isText((value as { value?: unknown } | null)?.value))
    .map(([key]) => `variable ${key} is no text`);
}

function isText(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number";
}

function scriptLines(job: Job): string[] {
  return [job.before_script, job.script, job.after_script].flat().filter((line) => line !== undefined);
}

function scriptFindings(line: unknown): string[] {
  if (typeof line !== "string") return [`a script line is no text: ${JSON.stringify(line)}`];
  const bare = line.replace(/'[^']*'/g, "").replace(/"(?:[^"\\]|\\.)*"/g, "");
  const unquoted = [...bare.matchAll(/\$\{?[A-Za-z_]\w*/g)].map(([text]) => `${text} is not quoted`);
  const evaluated = /\$\(|`|\beval\b/.test(line) ? ["the script evaluates text as commands"] : [];
  const left = /\$\[\[/.test(line) ? ["an interpolation was left over"] : [];
  return [...unquoted, ...evaluated, ...left];
}

/** The runner archives what lies below the project's directory, and silently nothing else. */
function cacheFindings(job: Job): string[] {
  const caches = [job.cache ?? []].flat() as { paths?: unknown[]; key?: { files?: unknown[] } }[];
  return caches.flatMap(({ paths = [], key }) => [
    ...paths.filter(isOutside).map((path) => `cache path ${path} lies outside the project`),
    ...((key?.files?.length ?? 0) > 2 ? ["cache:key:files takes two files"] : []),
  ]);
}

function isOutside(path: unknown): boolean {
  const text = String(path).replace(/^\$\{?CI_PROJECT_DIR\}?\//, "");
  return text === "" || /^[/~$]/.test(text) || text.split("/").includes("..");
}

/** Ci::ResourceGroup: letters, digits, - _ / $ { } . and blanks; ours are literal, so that jobs share them. */
function resourceGroup({ resource_group: group }: Job): string[] {
  if (group === undefined || (typeof group === "string" && /^[\w./ -]{1,255}$/.test(group))) return [];
  return [`resource_group ${JSON.stringify(group)} is not literal or not allowed`];
}

function artifactFindings({ artifacts }: Job): string[] {
  const paths = (artifacts?.paths ?? []) as unknown[];
  const outside = paths.filter(isOutside).map((path) => `artifact path ${path} lies outside the project`);
  const reports = Object.entries((artifacts?.reports ?? {}) as Record<string, unknown>);
  const wrong = reports.filter(([, file]) => typeof file !== "string" || isOutside(file));
  return [...outside, ...wrong.map(([type]) => `the ${type} report is no file of the project`)];
}
