import { modulePlace } from "../hits.ts";
import type { ChangeRule } from "../rule.ts";

export const versionExists: ChangeRule = {
  id: "version-exists",
  scope: "change",
  group: "version",
  level: "error",
  title: "The proposed version exists already",
  why: "A version never changes: proxies and go.sum files hold the first content, and a moved tag breaks every build.",
  fix: "choose the next free version",
  reference: "https://go.dev/ref/mod#versions",
  needs: ["tags"],
  check({ module, proposed, published }) {
    if (proposed === undefined || !published.get(module.path)?.includes(proposed.version)) return [];
    const { version } = proposed;
    return [
      { subject: `${module.path} ${version}`, message: `${version} exists already`, ...modulePlace(module) },
    ];
  },
};
