import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { requireTool } from "../../support/tools.ts";

/** A project to vendor: real modules, as the Go module proxy has them. */
export interface VendorProject {
  readonly name: string;
  /** What makes it worth the time. */
  readonly shows: string;
  /** By directory in the project: `path@version`. */
  readonly modules: Readonly<Record<string, string>>;
  /** Directories of a workspace; a project without them is one module. */
  readonly use?: readonly string[];
  /** Further `go` commands in the project's directory, such as `get -tool`. */
  readonly prepare?: readonly (readonly string[])[];
}

const otel = "go.opentelemetry.io/otel";

/** Of different age, size and kind; together about 19,000 vendored files. */
export const projects: readonly VendorProject[] = [
  { name: "viper 1.7", shows: "go 1.12: no annotations", modules: { ".": "github.com/spf13/viper@v1.7.1" } },
  {
    name: "restic 0.9",
    shows: "go 1.13: the whole graph",
    modules: { ".": "github.com/restic/restic@v0.9.6" },
  },
  {
    name: "cobra",
    shows: "go 1.15: go.mod files are kept",
    modules: { ".": "github.com/spf13/cobra@v1.9.1" },
  },
  { name: "kind", shows: "go 1.17: a pruned graph", modules: { ".": "sigs.k8s.io/kind@v0.29.0" } },
  {
    name: "cosmos-sdk",
    shows: "go 1.19: modules replaced by others, embeds of tests, cgo",
    modules: { ".": "github.com/cosmos/cosmos-sdk@v0.47.5" },
  },
  {
    name: "fzf",
    shows: "go 1.20: build constraints for many systems",
    modules: { ".": "github.com/junegunn/fzf@v0.60.0" },
  },
  {
    name: "node_exporter",
    shows: "go 1.21: packages for one system each",
    modules: { ".": "github.com/prometheus/node_exporter@v1.8.2" },
  },
  {
    name: "task",
    shows: "go 1.23: embedded directories",
    modules: { ".": "github.com/go-task/task/v3@v3.43.3" },
  },
  {
    name: "cobra with tools",
    shows: "go 1.24: tool directives",
    modules: { ".": "github.com/spf13/cobra@v1.9.1" },
    prepare: [
      ["mod", "edit", "-go=1.24.0"],
      ["get", "-tool", "golang.org/x/tools/cmd/stringer@v0.30.0"],
      ["mod", "tidy"],
    ],
  },
  {
    name: "OpenTelemetry workspace",
    shows: "go.work, local replacements in and outside of the workspace",
    modules: {
      ".": `${otel}@v1.35.0`,
      trace: `${otel}/trace@v1.35.0`,
      metric: `${otel}/metric@v1.35.0`,
      sdk: `${otel}/sdk@v1.35.0`,
      "exporters/otlp/otlptrace": `${otel}/exporters/otlp/otlptrace@v1.35.0`,
      "exporters/otlp/otlptrace/otlptracegrpc": `${otel}/exporters/otlp/otlptrace/otlptracegrpc@v1.35.0`,
    },
    use: [".", "./sdk", "./exporters/otlp/otlptrace/otlptracegrpc"],
  },
];

/** Runs `go` in a directory, outside of any workspace but its own. */
export function go(dir: string, args: readonly string[]): string {
  const env = { ...process.env, GOFLAGS: "", GOWORK: "", GOTOOLCHAIN: "local", CGO_ENABLED: "1" };
  return execFileSync(requireTool("go"), args, {
    cwd: dir,
    env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Extracts a project's modules below `dir` and prepares it; its own vendor directory, if any, is dropped. */
export function checkOut({ modules, use, prepare = [] }: VendorProject, dir: string): void {
  for (const [place, version] of Object.entries(modules)) {
    const { Dir: tree } = JSON.parse(go("/", ["mod", "download", "-json", version])) as { Dir: string };
    mkdirSync(join(dir, place), { recursive: true });
    cpSync(tree, join(dir, place), { recursive: true });
    makeWritable(join(dir, place));
  }
  rmSync(join(dir, "vendor"), { recursive: true, force: true });
  if (use !== undefined) {
    writeFileSync(
      join(dir, "go.work"),
      `go 1.24.0\n\nuse (\n${use.map((path) => `\t${path}\n`).join("")})\n`,
    );
  }
  for (const args of prepare) go(dir, args);
}

/** The module cache is read-only, and so are copies of it. */
function makeWritable(dir: string): void {
  chmodSync(dir, 0o755);
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) makeWritable(path);
    else chmodSync(path, 0o644);
  }
}

/** Each entry below a directory: its path and, of files, the mode; directories end in a slash. */
export function listing(root: string): Map<string, number> {
  const found = new Map<string, number>();
  const walk = (dir: string) => {
    for (const entry of readdirSync(join(root, dir), { withFileTypes: true })) {
      const path = dir === "" ? entry.name : `${dir}/${entry.name}`;
      if (entry.isDirectory()) walk(path);
      found.set(entry.isDirectory() ? `${path}/` : path, statSync(join(root, path)).mode);
    }
  };
  walk("");
  return found;
}
