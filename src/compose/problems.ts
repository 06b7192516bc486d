import type { z } from 'zod';
import { UserError } from '../errors.ts';
import { refusal, showPath } from './refused.ts';

/** Something in a file that has to be changed. */
export interface Problem {
  path: readonly PropertyKey[];
  text: string;
}

/** Everything that is wrong with a compose file, with the lines, in their order. */
export class ComposeError extends UserError {
  constructor(file: string, problems: readonly { line: number; text: string }[]) {
    const told = [...new Map(problems.map((one) => [`${one.line} ${one.text}`, one])).values()];
    const lines = told.sort((one, other) => one.line - other.line).map(({ line, text }) => `line ${line}: ${text}`);
    super(`\`${file}\` cannot be deployed.\n${lines.join('\n')}`);
  }
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
