import { UsageError } from '../errors.ts';
import { quoted } from '../quoted.ts';

/** `key=value`, split at the first `=`. @throws {UsageError} */
export function keyValuePair(word: string): [string, string] {
  const at = word.indexOf('=');
  if (at > 0) return [word.slice(0, at), word.slice(at + 1)];
  throw new UsageError(`${quoted(word)} has to be \`key=value\`.`);
}
