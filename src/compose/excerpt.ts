/** The start of a text, since a file's text can be longer than a message may be. */
export function excerpt(text: string, length = 200): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
