// The whole way once, on this machine alone: a Go module in a scratch git repository is tagged, published into a
// directory that any Go client can use as its proxy, and installed from there by the real `go`, where there is one.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const modwharf = join(dirname(fileURLToPath(import.meta.url)), "..", "dist", "modwharf.js");
const scratch = mkdtempSync(join(tmpdir(), "modwharf-quickstart-"));
const [repo, registry, consumer, home] = ["greet", "registry", "app", "home"].map((name) =>
  join(scratch, name),
);
for (const dir of [repo, consumer, home]) mkdirSync(dir);

const say = (title) => console.log(`\n# ${title}`);
const git = (...args) =>
  execFileSync("git", ["-c", "user.name=Quickstart", "-c", "user.email=quickstart@example.com", ...args], {
    cwd: repo,
  });

function run(command, args, { expect = 0, ...options } = {}) {
  console.log(
    `$ ${command} ${args.join(" ")}`
      .replaceAll(scratch, "…")
      .replace(`${process.execPath} ${modwharf}`, "modwharf"),
  );
  const { status, error } = spawnSync(command, args, { stdio: "inherit", ...options });
  if (error !== undefined) throw error;
  if (status !== expect) throw new Error(`${command} ended with ${status}, expected ${expect}`);
}

try {
  say("A Go module in a git repository, tagged v1.0.0");
  writeFileSync(join(repo, "go.mod"), "module example.com/greet\n\ngo 1.21\n");
  writeFileSync(
    join(repo, "greet.go"),
    'package greet\n\n// Hello greets by name.\nfunc Hello(name string) string { return "Hello, " + name + "!" }\n',
  );
  writeFileSync(join(repo, "LICENSE"), "Public domain.\n");
  git("init", "--quiet");
  git("add", ".");
  git("commit", "--quiet", "-m", "A greeting");
  git("tag", "v1.0.0");
  console.log("example.com/greet v1.0.0");

  say("Publish it into a directory");
  run(process.execPath, [modwharf, "publish", "--repo", repo, "--tag", "v1.0.0", "--to", `file:${registry}`]);

  say("What is there now: a GOPROXY of plain files");
  for (const name of readdirSync(registry, { recursive: true }).map(String).sort())
    if (name.includes("@v/")) console.log(name);

  say("Other content under v1.0.0 is refused: a version never changes");
  writeFileSync(join(repo, "greet.go"), "package greet\n");
  git("commit", "--quiet", "-a", "-m", "Another greeting");
  git("tag", "--force", "v1.0.0");
  run(
    process.execPath,
    [modwharf, "publish", "--repo", repo, "--tag", "v1.0.0", "--to", `file:${registry}`],
    { expect: 4 },
  );

  if (spawnSync("go", ["version"]).status !== 0) {
    say(
      "go is not installed here, so nothing installs it; `GOPROXY=file://… go get example.com/greet` would",
    );
  } else {
    say("Install it with the real go");
    writeFileSync(
      join(consumer, "main.go"),
      'package main\n\nimport (\n\t"fmt"\n\n\t"example.com/greet"\n)\n\nfunc main() { fmt.Println(greet.Hello("Modwharf")) }\n',
    );
    writeFileSync(join(consumer, "go.mod"), "module example.com/app\n\ngo 1.21\n");
    const env = {
      ...process.env,
      GOPROXY: `file://${registry}`,
      GONOSUMDB: "example.com/*",
      GOPATH: home,
      GOMODCACHE: join(home, "mod"),
      GOFLAGS: "-modcacherw",
      GOTOOLCHAIN: "local",
      GOPRIVATE: "",
      GONOPROXY: "none",
      GOWORK: "off",
    };
    run("go", ["get", "example.com/greet@v1.0.0"], { cwd: consumer, env });
    run("go", ["run", "."], { cwd: consumer, env });
    say("Its go.sum has the h1 that was printed above");
    run("cat", ["go.sum"], { cwd: consumer });
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
