import type { Command } from "./command.ts";

/**
 * Every command by name, loaded on use: starting one must not pay for the others. The line beside it is
 * repeated from the command for `modwharf --help`; a test holds the two equal.
 */
export const registry: Readonly<Record<string, { summary: string; load: () => Promise<Command> }>> = {};
