/** So ordered, no thread is left alone with a large one while the others have nothing more to do. */
export function largestFirst<T>(items: Iterable<T>, bytesOf: (item: T) => number | undefined): T[] {
  const sized = [...items].map((item) => ({ item, bytes: bytesOf(item) ?? 0 }));
  return sized.sort((a, b) => b.bytes - a.bytes).map(({ item }) => item);
}
