import { randomBytes } from 'node:crypto';
import { databaseFull, isDatabaseFull } from './database/database.ts';
import type { Logger } from './logger.ts';

export interface UnexpectedError {
  /** Eight hexadecimal digits, under which the log has the error. */
  errorId: string;
  /** What people read: only the id, nothing of the error, unless somebody has to make space. */
  sentence: string;
}

/** Logs a bug or an outage under an id. @param about What it concerns, e.g. `{ job: 'retention' }`. */
export function logUnexpected(
  { logger }: { logger: Logger },
  error: unknown,
  message: string,
  about: Record<string, string> = {},
): UnexpectedError {
  const errorId = randomBytes(4).toString('hex');
  logger.error({ err: error, errorId, ...about }, message);
  if (isDatabaseFull(error)) return { errorId, sentence: databaseFull };
  const sentence = `Something went wrong (error id ${errorId}). Your Shipmate admin can find the details in the log under that id.`;
  return { errorId, sentence };
}
