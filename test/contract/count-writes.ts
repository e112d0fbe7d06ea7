import type { Backend } from "../../src/store/backend.ts";

/** The same backend, counting every call that may write. */
export function countWrites(backend: Backend, counter: { writes: number }): Backend {
  return new Proxy(backend, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      if (name !== "create" && name !== "replace") return value.bind(target);
      return (...args: unknown[]) => {
        counter.writes++;
        return value.apply(target, args);
      };
    },
  });
}
