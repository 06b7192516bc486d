import { UserError } from '../errors.ts';
import { RefusedError } from './client.ts';

/** How the program ends; `run` ends as its command did. */
export const exitCodes = {
  /** Done. */
  ok: 0,
  /** A deployment, backup, restore or drill failed, or the answer is bad news. */
  failed: 1,
  /** The line or the environment cannot be understood. */
  usage: 2,
  /** Understood, and not done: no right to it, it does not exist, something else has to be done first. */
  refused: 3,
  /** No Shipmate answers, or it cannot do its work now. Trying again later may help. */
  unreachable: 4,
} as const;

/** For what this program finds by itself. */
const ownCodes: Record<string, number> = {
  UnavailableError: exitCodes.unreachable,
  ForbiddenError: exitCodes.refused,
};

/** Statuses of HTTP that say the request itself is wrong. */
const misused = new Set([400, 413, 415, 422]);

/** The code for an error that people are told of. */
export function exitCodeOf(error: UserError): number {
  if (!(error instanceof RefusedError)) return ownCodes[error.name] ?? exitCodes.usage;
  if (error.status >= 500) return exitCodes.unreachable;
  return misused.has(error.status) ? exitCodes.usage : exitCodes.refused;
}
