import { tokenise, type Tokenise } from '../../src/handlers/tokenise.ts';

/** A tokenizer that keeps each line it was given. */
export function countingTokenise(): { lines: string[]; tokenise: Tokenise } {
  const lines: string[] = [];
  return {
    lines,
    tokenise(line) {
      lines.push(line);
      return tokenise(line);
    },
  };
}
