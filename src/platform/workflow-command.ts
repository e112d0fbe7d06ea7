/** A command of GitHub's runner as it stands in a line of output, unescaped. */
export interface WorkflowCommand {
  name: string;
  message: string;
}

/**
 * One line `::name::message`. Our own few commands are written here, since @actions/core takes 70 ms to load and
 * the log is needed from the first moment on; annotations, outputs and the summary go through it.
 */
export function workflowCommand(
  name: "group" | "endgroup" | "debug" | "warning" | "add-mask",
  message = "",
): string {
  const data = message.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
  return `::${name}::${data}`;
}

/** The command in a line that an @actions package printed; undefined for other lines. */
export function parseWorkflowCommand(line: string): WorkflowCommand | undefined {
  const [all, name = "", data = ""] = /^::([a-z-]+)(?: [^:]*)?::(.*)$/s.exec(line) ?? [];
  if (all === undefined) return undefined;
  const message = data.replace(/%0D/g, "\r").replace(/%0A/g, "\n").replace(/%25/g, "%");
  return { name, message };
}
