/**
 * Splits a command line as a POSIX shell splits words: quotes and backslashes are understood, nothing is expanded.
 * @throws {Error} when a quote is not closed.
 */
export function shellWords(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let at = 0; at < line.length; at += 1) {
    const char = line[at] ?? '';
    const next = line[at + 1];
    if (quote) {
      if (char === quote) quote = undefined;
      // Between double quotes a backslash stands before what would end them, or before itself.
      else if (char === '\\' && quote === '"' && (next === '"' || next === '\\')) word += line[(at += 1)] ?? '';
      else word += char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
    } else if (char === '\\' && next !== undefined) {
      at += 1;
      // A line that goes on.
      if (next !== '\n') word = (word ?? '') + next;
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + char;
  }
  if (quote) throw new Error(`the quote ${quote} is not closed`);
  if (word !== undefined) words.push(word);
  return words;
}
