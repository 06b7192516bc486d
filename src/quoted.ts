/** A name or a value fits; a pasted file does not. Characters. */
const longestQuote = 100;

/** What a person wrote, in backticks, for a sentence about it: at most 100 characters, the rest is `…`. */
export function quoted(text: string): string {
  return `\`${text.length > longestQuote ? `${text.slice(0, longestQuote)}…` : text}\``;
}
