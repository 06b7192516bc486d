import type { AsyncCompleter, CompleterResult } from 'node:readline';
import type { Completions } from '../../handlers/completions.ts';

interface Completing {
  complete(line: string): Promise<Completions>;
  /** Shows what the choice is between. */
  list(matches: string[]): void;
}

/**
 * Completion for readline: what all matches share is typed at once, a single match with the blank behind it;
 * where nothing can be added the matches are listed. Nothing is completed when the names cannot be had.
 */
export function completer({ complete, list }: Completing): AsyncCompleter {
  return (line, done) => {
    complete(line).then(
      (found) => done(null, choose(found, list)),
      () => done(null, [[], line]),
    );
  };
}

function choose({ matches, fragment }: Completions, list: (matches: string[]) => void): CompleterResult {
  const [only] = matches;
  if (matches.length === 1) return [[`${only} `], fragment];
  const shared = commonPrefix(matches);
  if (shared.length > fragment.length) return [[shared], fragment];
  if (matches.length > 0) list(matches);
  return [[], fragment];
}

function commonPrefix([first = '', ...rest]: string[]): string {
  let length = first.length;
  for (const other of rest) while (!other.startsWith(first.slice(0, length))) length -= 1;
  return first.slice(0, length);
}
