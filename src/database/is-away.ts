import { UserError } from '../errors.ts';

/** What people read when `isDatabaseAway`. */
export const databaseAway = 'The database does not answer. Try again soon.';

/** The server ends, starts, takes no more connections, or became a standby; classes 08 and 57P of PostgreSQL. */
const states = ['08000', '08001', '08003', '08004', '08006', '25006', '53300', '57P01', '57P02', '57P03'];
const socketCodes = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
];
/** What `pg` says of a connection that broke, without a code. */
const words =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed)/;
/** Where a socket's error that `pg` passes on comes from; those of Docker and of git hosts look the same. */
const ofPg = /node_modules\/pg(-pool)?\//;

/** Whether PostgreSQL did not answer, rather than refuse: the same statement may succeed once it does. */
export function isDatabaseAway(error: unknown): boolean {
  // Errors of Node's own modules may come from another realm.
  if (typeof error !== 'object' || error === null || error instanceof UserError) return false;
  const { cause, code, errors, message, stack } = error as Partial<Record<string, unknown>>;
  if (states.includes(String(code)) || words.test(String(message))) return true;
  if (socketCodes.includes(String(code)) && ofPg.test(String(stack))) return true;
  return isDatabaseAway(cause) || (Array.isArray(errors) && ofPg.test(String(stack)) && errors.length > 0);
}

/** The same of an error that a connection to PostgreSQL itself has met, wherever its stack begins. */
export function isConnectionAway(error: unknown): boolean {
  const { code, errors } = (error ?? {}) as Partial<Record<string, unknown>>;
  if (Array.isArray(errors)) return errors.length > 0 && errors.every(isConnectionAway);
  return socketCodes.includes(String(code)) || isDatabaseAway(error);
}
