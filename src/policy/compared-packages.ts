/** How much Go source may still be compared: parsed, it takes ten times its size, and its differences as much again. */
export interface SourceBudget {
  /** Of all modules of a change, both commits together. */
  leftBytes: number;
  /** So many differences of exported names may still be found: nobody reads more, and each takes a kilobyte. */
  leftChanges: number;
}

export const maxChanges = 100_000;

export const maxComparedBytes = 256 * 1024 * 1024;

/** Of one package at one commit; those of the largest generated clients have about 10 MiB. */
export const maxPackageBytes = 32 * 1024 * 1024;

/** What a change may take. */
export function sourceBudget(): SourceBudget {
  return { leftBytes: maxComparedBytes, leftChanges: maxChanges };
}

/** A folder of a module with what its Go files weigh at base and head. */
export interface WeighedPackage {
  dir: string;
  bytes: readonly [base: number, head: number];
  /** True when it has a file that is too large by itself, which is told of elsewhere. */
  isTold: boolean;
}

export interface PackageChoice {
  compared: Set<string>;
  /** Which were left out, one sentence each. */
  left: string[];
}

/** Takes packages as long as the budget lasts, in their order. */
export function choosePackages(
  modulePath: string,
  packages: readonly WeighedPackage[],
  budget: SourceBudget,
): PackageChoice {
  const choice: PackageChoice = { compared: new Set(), left: [] };
  const beyond: string[] = [];
  for (const { dir, bytes, isTold } of packages) {
    const sum = bytes[0] + bytes[1];
    if (isTooLarge(bytes)) {
      if (!isTold) choice.left.push(packageSentence(joined(modulePath, dir), Math.max(...bytes)));
    } else if (sum > budget.leftBytes) beyond.push(joined(modulePath, dir));
    else {
      budget.leftBytes -= sum;
      choice.compared.add(dir);
    }
  }
  if (beyond.length > 0) choice.left.push(restSentence(beyond));
  return choice;
}

/** True for a package that is not read at all, not even for what others embed of it. */
export function isTooLarge(bytes: WeighedPackage["bytes"]): boolean {
  return Math.max(...bytes) > maxPackageBytes;
}

function joined(modulePath: string, dir: string): string {
  return dir === "" ? modulePath : `${modulePath}/${dir}`;
}

function packageSentence(importPath: string, bytes: number): string {
  return (
    `package ${importPath} is too large: ${mebibytes(bytes)} MiB of Go files, and of a package at most ` +
    `${mebibytes(maxPackageBytes)} MiB are compared; what it exports is not known`
  );
}

function restSentence(importPaths: readonly string[]): string {
  return (
    `the change is too large for ${counted(importPaths)}: of Go files at most ` +
    `${mebibytes(maxComparedBytes)} MiB are compared; what is exported there is not known`
  );
}

/** What is said of packages that were not compared since so much differs already. */
export function unlistedSentence(modulePath: string, dirs: readonly string[]): string {
  const packages = counted(dirs.map((dir) => joined(modulePath, dir)));
  return `${maxChanges} exported names differ, so no more were looked for in ${packages}`;
}

function counted(importPaths: readonly string[]): string {
  const [first] = importPaths;
  return importPaths.length === 1
    ? `a package ${first}`
    : `${importPaths.length} packages, the first being ${first}`;
}

function mebibytes(bytes: number): number {
  return Math.ceil(bytes / 2 ** 20);
}
