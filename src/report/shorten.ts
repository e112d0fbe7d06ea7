import { wellFormed } from "./visible.ts";

/** Longer sentences are a module path or a file name that somebody chose to drown the rest of the page. */
const MAX_CHARACTERS = 1000;

/** The text, or its beginning with a mark: one text must not take the room of all others. */
export function shorten(text: string, maxCharacters = MAX_CHARACTERS): string {
  return text.length <= maxCharacters ? text : `${wellFormed(text.slice(0, maxCharacters - 1))}…`;
}
