import { describe, expect, test } from "vitest";
import { orderByDependency } from "../../src/source/dependency-order.ts";

function order(graph: Record<string, string[]>) {
  const entries = Object.entries(graph).map(([path, requires]) => ({ path, requires }));
  const { order: ordered, cycles } = orderByDependency(entries);
  return { order: ordered.map(({ path }) => path), cycles };
}

describe("orderByDependency", () => {
  test.each([
    ["nothing", {}, []],
    ["no requirement: the given order", { b: [], a: [] }, ["b", "a"]],
    ["a chain", { a: ["b"], b: ["c"], c: [] }, ["c", "b", "a"]],
    ["a diamond", { a: ["b", "c"], b: ["d"], c: ["d"], d: [] }, ["d", "b", "c", "a"]],
    ["requirements outside of the list", { a: ["x"], b: ["y", "a"] }, ["a", "b"]],
    ["itself", { a: ["a"] }, ["a"]],
  ])("orders %s", (_name, graph, expected) => {
    expect(order(graph as Record<string, string[]>)).toEqual({ order: expected, cycles: [] });
  });

  test("names cycles, and puts what they require first and what requires them last", () => {
    expect(order({ top: ["a"], a: ["b"], b: ["c"], c: ["a", "leaf"], leaf: [], x: ["y"], y: ["x"] })).toEqual(
      {
        order: ["leaf", "a", "b", "c", "top", "x", "y"],
        cycles: [
          ["a", "b", "c"],
          ["x", "y"],
        ],
      },
    );
  });

  test("keeps several versions of one module", () => {
    const entries = [
      { path: "a", requires: ["b"], version: 1 },
      { path: "b", requires: [], version: 2 },
      { path: "a", requires: [], version: 3 },
    ];
    expect(orderByDependency(entries).order.map(({ version }) => version)).toEqual([2, 1, 3]);
  });
});
