declare module "spdx-expression-parse" {
  namespace parse {
    type Licence = { license: string; plus?: true; exception?: string };
    type Expression = Licence | { conjunction: "and" | "or"; left: Expression; right: Expression };
  }
  /** Throws for what is no SPDX expression. */
  function parse(expression: string): parse.Expression;
  export = parse;
}

declare module "spdx-satisfies" {
  /** True when the expression can be met with the approved licences. */
  function satisfies(expression: string, approved: string[]): boolean;
  export = satisfies;
}
