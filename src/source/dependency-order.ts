/** Something that names others which must come before it. */
export interface Dependent {
  readonly path: string;
  /** Paths that it requires; those that are not in the list do not count. */
  readonly requires: readonly string[];
}

export interface DependencyOrder<D> {
  /** Every entry once, what is required first; ties and cycles keep the given order. */
  readonly order: D[];
  /** Groups of paths that require one another, each in the given order; modules may do that. */
  readonly cycles: string[][];
}

/** Orders entries so that each stands behind what it requires (Tarjan's strongly connected components). */
export function orderByDependency<D extends Dependent>(entries: readonly D[]): DependencyOrder<D> {
  const byPath = groupByPath(entries);
  const components = connectedComponents([...byPath.keys()], (path) => {
    const requires = byPath.get(path)!.flatMap((entry) => entry.requires);
    return requires.filter((required) => required !== path && byPath.has(required));
  });
  const given = new Map([...byPath.keys()].map((path, i) => [path, i]));
  const sorted = components.map((paths) => paths.toSorted((a, b) => given.get(a)! - given.get(b)!));
  return {
    order: sorted.flat().flatMap((path) => byPath.get(path)!),
    cycles: sorted.filter((paths) => paths.length > 1),
  };
}

function groupByPath<D extends Dependent>(entries: readonly D[]): Map<string, D[]> {
  const groups = new Map<string, D[]>();
  for (const entry of entries) groups.set(entry.path, [...(groups.get(entry.path) ?? []), entry]);
  return groups;
}

/** Components in the order in which Tarjan's algorithm completes them: dependencies before dependents. */
function connectedComponents(
  nodes: readonly string[],
  edges: (node: string) => readonly string[],
): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const components: string[][] = [];

  function visit(node: string): void {
    index.set(node, index.size);
    low.set(node, index.get(node)!);
    stack.push(node);
    onStack.add(node);
    for (const next of edges(node)) {
      if (!index.has(next)) {
        visit(next);
        low.set(node, Math.min(low.get(node)!, low.get(next)!));
      } else if (onStack.has(next)) low.set(node, Math.min(low.get(node)!, index.get(next)!));
    }
    if (low.get(node) === index.get(node)) components.push(popComponent(node));
  }

  function popComponent(root: string): string[] {
    const component = stack.splice(stack.lastIndexOf(root));
    for (const node of component) onStack.delete(node);
    return component;
  }

  for (const node of nodes) if (!index.has(node)) visit(node);
  return components;
}
