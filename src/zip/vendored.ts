/** A Go release as toolchains name it, without its "go": 1.21, 1.22rc2, 1.23.0. No prerelease of a patch exists. */
const GO_RELEASE =
  /^(?<major>0|[1-9][0-9]*)(?:\.(?<minor>0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*)|[a-z]+(?:0|[1-9][0-9]*)?)?)?$/;

/**
 * True when a go directive names the language of Go 1.24 or later. What is no Go version counts as earlier, like a
 * missing directive (go/version Lang and Compare).
 */
export function isGo124OrLater(goVersion: string | undefined): boolean {
  const groups = GO_RELEASE.exec(goVersion ?? "")?.groups;
  if (groups === undefined) return false;
  const major = BigInt(groups.major!);
  return major > 1n || (major === 1n && BigInt(groups.minor ?? "0") >= 24n);
}

const SLIP = Buffer.byteLength("/vendor/");

/**
 * True when the file belongs to a package below a vendor directory, which a module zip leaves out.
 *
 * A file directly in `vendor` stays; `vendor/modules.txt` goes from Go 1.24 on. Before 1.24 a slip
 * (golang.org/issue/37397) looked for the next slash from byte 8 of the path instead of from behind `/vendor/`, so
 * that `pkg/vendor/x.go` went too. It is kept for modules of that age, whose h1 would change.
 */
export function isVendoredPackage(path: string, isGo124: boolean): boolean {
  if (isGo124 && path === "vendor/modules.txt") return true;
  if (path.startsWith("vendor/")) return path.includes("/", "vendor/".length);
  const at = path.indexOf("/vendor/");
  if (at === -1) return false;
  if (isGo124) return path.includes("/", at + "/vendor/".length);
  return Buffer.from(path).includes("/", SLIP);
}
