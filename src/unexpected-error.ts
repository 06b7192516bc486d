import { randomBytes } from 'node:crypto';
import { databaseAway, databaseFull, isDatabaseAway, isDatabaseFull } from './database/database.ts';
import { asFullDisk } from './host/full-disk.ts';
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
  const outage = outageOf(error);
  if (outage !== undefined) return { errorId, sentence: outage };
  const sentence = `Something went wrong (error id ${errorId}). Your Shipmate admin can find the details in the log under that id.`;
  return { errorId, sentence };
}

/** What people read of an outage, which is nobody's mistake: a full disk, or a PostgreSQL that went away. */
export function outageOf(error: unknown): string | undefined {
  if (isDatabaseFull(error)) return databaseFull;
  if (isDatabaseAway(error)) return databaseAway;
  return asFullDisk(error)?.message;
}
