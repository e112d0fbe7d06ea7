import { expect, test } from "vitest";
import { newTiles, parseTilePath, tilePath } from "../../src/tlog/tile.ts";

test.each([
  ["tile/8/0/000", { height: 8, level: 0, n: 0, width: 256 }],
  ["tile/8/0/007.p/13", { height: 8, level: 0, n: 7, width: 13 }],
  ["tile/8/2/x001/x234/067", { height: 8, level: 2, n: 1234067, width: 256 }],
  ["tile/8/2/x001/x234/067.p/1", { height: 8, level: 2, n: 1234067, width: 1 }],
  ["tile/4/data/x012/345.p/2", { height: 4, level: -1, n: 12345, width: 2 }],
  ["tile/1/0/x009/x007/x199/x254/x740/991", { height: 1, level: 0, n: 9007199254740991, width: 2 }],
])("%s", (path, tile) => {
  expect(tilePath(tile)).toBe(path);
  expect(parseTilePath(path)).toEqual(tile);
});

test.each([
  "",
  "tile/8/0",
  "tiles/8/0/000",
  "/tile/8/0/000",
  "tile/0/0/000",
  "tile/31/0/000",
  "tile/08/0/000",
  "tile/8/-1/000",
  "tile/8/0/00",
  "tile/8/0/001/234",
  "tile/8/0/x000/001",
  "tile/8/0/x001/x002",
  "tile/8/0/000.p/0",
  "tile/8/0/000.p/256",
  "tile/8/0/000.p/007",
  "tile/8/0/000.p/",
  "tile/8/0/000/",
  "tile/8/0/000\n",
  "tile/8/0/x999/x999/x999/x999/x999/999",
])("refuses %j", (path) => {
  expect(() => parseTilePath(path)).toThrow(/malformed tile path/);
});

test("a log that grows publishes full tiles once and the partial ones with their new width", () => {
  const paths = (from: number, to: number) => newTiles(2, from, to).map(tilePath);
  expect(paths(0, 0)).toEqual([]);
  expect(paths(5, 5)).toEqual([]);
  expect(paths(0, 3)).toEqual(["tile/2/0/000.p/3"]);
  expect(paths(3, 6)).toEqual(["tile/2/0/000", "tile/2/0/001.p/2", "tile/2/1/000.p/1"]);
  expect(paths(6, 7)).toEqual(["tile/2/0/001.p/3"]);
  expect(newTiles(8, 2 ** 40 - 1, 2 ** 40).length).toBe(6);
});
