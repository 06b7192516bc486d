const choices = new Intl.ListFormat('en-GB', { type: 'disjunction' });
const enumeration = new Intl.ListFormat('en-GB', { type: 'conjunction' });

/** What something may be: `a`, `b` or `c`, each in backticks. */
export function anyOf(values: Iterable<string>): string {
  return choices.format(inBackticks(values));
}

/** What there is: `a`, `b` and `c`, each in backticks. */
export function allOf(values: Iterable<string>): string {
  return enumeration.format(inBackticks(values));
}

function inBackticks(values: Iterable<string>): string[] {
  return Array.from(values, (value) => `\`${value}\``);
}

/** `Slack` from `slack`. */
export function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
