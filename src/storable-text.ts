/** What stands in for characters that cannot be stored: U+FFFD. */
const replacement = '\ufffd';

/** Whether PostgreSQL takes the text as it is: no NUL, no half of a surrogate pair. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/** Text from outside as PostgreSQL takes it, at most `max` UTF-16 units; a pair of surrogates is never cut in two. */
export function storableText(text: string, max = Number.POSITIVE_INFINITY): string {
  const whole = text.length > max && isHighSurrogate(text.charCodeAt(max - 1)) ? max - 1 : max;
  return text.slice(0, whole).replaceAll('\0', replacement).toWellFormed();
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
