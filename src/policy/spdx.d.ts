declare module "spdx-expression-parse" {
  /** Throws for what is no SPDX expression. */
  function parse(expression: string): unknown;
  export = parse;
}

declare module "spdx-satisfies" {
  /** True when the expression can be met with the approved licences. */
  function satisfies(expression: string, approved: string[]): boolean;
  export = satisfies;
}
