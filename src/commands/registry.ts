import type { Command } from "./command.ts";

/**
 * Every command by name, loaded on use: starting one must not pay for the others. The summary, an imperative
 * sentence without full stop, stands here alone, since `modwharf --help` shows it without loading a command.
 */
export const registry: Readonly<Record<string, { summary: string; load: () => Promise<Command> }>> = {};
