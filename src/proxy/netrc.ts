/** One machine of a netrc file. */
export interface NetrcLine {
  readonly machine: string;
  readonly login: string;
  readonly password: string;
}

/**
 * Parses a netrc file as cmd/go does (auth/netrc.go): tokens in pairs line by line, macro definitions skipped
 * up to a blank line, nothing read after a `default` that ends its line, machines without login or password
 * left out.
 */
export function parseNetrc(text: string): NetrcLine[] {
  const lines: NetrcLine[] = [];
  let current = { machine: "", login: "", password: "" };
  let inMacro = false;
  for (const line of text.split("\n")) {
    if (inMacro) {
      if (line === "") inMacro = false;
      continue;
    }
    const tokens = line.split(/\s+/).filter((token) => token !== "");
    for (let i = 0; i + 1 < tokens.length; i += 2) {
      const [key, value] = [tokens[i], tokens[i + 1]!];
      if (key === "machine") current = { machine: value, login: "", password: "" };
      if (key === "login") current.login = value;
      if (key === "password") current.password = value;
      if (key === "macdef") inMacro = true;
      if (current.machine !== "" && current.login !== "" && current.password !== "") {
        lines.push(current);
        current = { machine: "", login: "", password: "" };
      }
    }
    if (tokens.length % 2 === 1 && tokens.at(-1) === "default") break;
  }
  return lines;
}
