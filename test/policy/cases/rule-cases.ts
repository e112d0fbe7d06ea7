import type { Case } from "../harness.ts";

/** For each rule one situation in which it fires and one in which it stays silent. */
export type RuleCases = Readonly<
  Record<
    string,
    {
      fires: {
        scene: Case;
        /** Where, when it is worth saying. */
        line?: number;
        /** The file after the rule's mechanical fix. */
        edited?: string;
      };
      silent: Case;
    }
  >
>;
