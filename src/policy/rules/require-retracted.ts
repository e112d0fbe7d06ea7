import { chainDetail, dependenciesOf } from "../dependencies.ts";
import { eachDependency } from "../each-dependency.ts";
import { isWithin } from "../retractions.ts";
import type { StateRule } from "../rule.ts";

export const requireRetracted: StateRule = {
  id: "require-retracted",
  scope: "module",
  group: "dependency",
  level: "error",
  title: "A dependency was retracted by its author",
  why: "The author asks nobody to use that version: it is broken, unsafe or was published by mistake.",
  fix: "upgrade to a version that is not retracted",
  reference: "https://go.dev/ref/mod#go-mod-file-retract",
  needs: ["proxy"],
  async check(context) {
    const dependencies = await dependenciesOf(context);
    return eachDependency(context, dependencies, async (dependency, facts) => {
      const built = dependency.built;
      const latest = built && (await facts.latest(built.path));
      if (built === undefined || latest === undefined) return undefined;
      const retraction = latest.goMod.retract.find(({ interval }) => isWithin(interval, built.version));
      if (retraction === undefined) return undefined;
      const reason = shortRationale(retraction.rationale);
      const detail = await chainDetail(context, dependency);
      return {
        subject: `${built.path}@${built.version}`,
        message: `${built.path} ${built.version} was retracted${reason === "" ? "" : `: ${reason}`}`,
        fix: `upgrade to ${latest.version} or another version that is not retracted`,
        ...dependency.place,
        ...(detail === undefined ? {} : { detail }),
      };
    });
  },
};

/** The first line of what an author wrote, when it is short and printable (as go list shows it). */
function shortRationale(rationale: string): string {
  const line = rationale.split("\n")[0]!.trim().replace(/\.$/, "");
  return line.length > 500 || /\p{C}/u.test(line) ? "" : line;
}
