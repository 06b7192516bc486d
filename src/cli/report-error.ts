import type { UserError } from '../errors.ts';
import { harmless, harmlessJson } from '../harmless-text.ts';
import { RefusedError } from './client.ts';

/** What went wrong: a sentence on standard error, or RFC 9457 problem details on standard output. */
export function reportError(error: UserError, json: boolean): void {
  if (json) process.stdout.write(`${harmlessJson(problemOf(error))}\n`);
  else process.stderr.write(`${harmless(error.message)}\n`);
}

/** As the server sent it; what no server said has no status. */
function problemOf(error: UserError): object {
  if (error instanceof RefusedError) return error.problem;
  const title = error.name === 'UnavailableError' ? 'Unavailable' : 'Invalid request';
  return { type: 'about:blank', title, detail: error.message };
}
