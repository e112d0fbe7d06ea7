/** Where two texts part: a line that is another one, one too many (no `expected`), or one too few (no `actual`). */
export interface LineDifference {
  /** Of the actual text, from 1; of a line that it lacks, where that would stand. */
  readonly line: number;
  readonly expected: string | undefined;
  readonly actual: string | undefined;
}

/**
 * The lines in which two texts differ. After a difference the texts are read on from the nearest line that both
 * hold, which names single changes well; for texts without much in common the list is right but not the shortest.
 */
export function compareLines(expectedText: string, actualText: string): LineDifference[] {
  const expected = linesOf(expectedText);
  const actual = linesOf(actualText);
  const differences: LineDifference[] = [];
  let i = 0;
  let j = 0;
  while (i < expected.length || j < actual.length) {
    if (expected[i] === actual[j]) {
      i++;
      j++;
      continue;
    }
    const next = nextShared(expected.slice(i), actual.slice(j));
    for (let at = 0; at < Math.max(next.expected, next.actual); at++) {
      differences.push({
        line: j + 1 + Math.min(at, next.actual),
        expected: at < next.expected ? expected[i + at] : undefined,
        actual: at < next.actual ? actual[j + at] : undefined,
      });
    }
    i += next.expected;
    j += next.actual;
  }
  return differences;
}

function linesOf(text: string): string[] {
  const lines = text.split("\n");
  // What follows the last line feed is a line only when it is something.
  if (lines.at(-1) === "") lines.pop();
  else lines[lines.length - 1] += " (without line feed)";
  return lines;
}

/** How many lines of each to skip until both go on with the same one; all of them when they never do. */
function nextShared(expected: readonly string[], actual: readonly string[]) {
  const firstPlace = new Map<string, number>();
  actual.forEach((line, j) => {
    if (!firstPlace.has(line)) firstPlace.set(line, j);
  });
  let best = { expected: expected.length, actual: actual.length };
  for (const [i, line] of expected.entries()) {
    if (i >= best.expected + best.actual) break;
    const j = firstPlace.get(line);
    if (j !== undefined && i + j < best.expected + best.actual) best = { expected: i, actual: j };
  }
  return best;
}
