import type { z } from 'zod';
import { UserError } from '../errors.ts';
import { excerpt } from './excerpt.ts';
import type { Place } from './origins.ts';
import { refusal, showPath } from './refused.ts';

/** Most problems to report at once; the rest comes with the next attempt. */
const shownProblems = 50;

/** Something in a file that has to be changed. */
export interface Problem {
  path: readonly PropertyKey[];
  text: string;
}

/**
 * Everything that is wrong with a compose file, with the lines, in their order; `problems` may be the whole message.
 */
export class ComposeError extends UserError {
  constructor(file: string, problems: readonly (Place & { text: string })[] | string) {
    super(typeof problems === 'string' ? problems : `\`${file}\` cannot be deployed.\n${listed(problems)}`);
  }
}

function listed(problems: readonly (Place & { text: string })[]): string {
  const told = [...new Map(problems.map((one) => [`${one.file} ${one.line} ${one.text}`, one])).values()];
  told.sort((one, other) => inOrder(one.file, other.file) || one.line - other.line);
  const lines = told.slice(0, shownProblems).map((one) => `${placeText(one)}: ${excerpt(one.text, 1_000)}`);
  if (told.length > shownProblems) lines.push(`and ${told.length - shownProblems} more`);
  return lines.join('\n');
}

/** The application's own file comes first. */
function inOrder(one = '', other = ''): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** `line 4`, or `` `base.yaml`, line 4 ``. */
function placeText({ file, line }: Place): string {
  return file === undefined ? `line ${line}` : `\`${file}\`, line ${line}`;
}

/** The same at the start of a sentence. */
export function atPlace(place: Place): string {
  return placeText(place).replace('line', place.file === undefined ? 'Line' : 'line');
}

/** What the schema found, in words. */
export function problemsOf(error: z.ZodError): Problem[] {
  return error.issues.flatMap((issue): Problem[] => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ path: [...issue.path, key], text: refusal([...issue.path, key]) }));
    }
    // The reason, and not only that the key is not one.
    const message = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
    const text = message.replace(/^Invalid input: /, '');
    return [{ path: issue.path, text: `${showPath(issue.path) || 'the file'}: ${text}` }];
  });
}
