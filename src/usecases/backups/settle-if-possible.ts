import { ProgramError } from '../../swarm/containers/program-error.ts';
import { settleAccounts } from '../databases/settle-accounts.ts';
import type { Deps } from '../deps.ts';
import type { DatabaseAccess } from './database-access.ts';

/** Where it fails, e.g. since a table is in use for long, the next backup or change tries it again. */
export async function settleIfPossible(deps: Deps, access: DatabaseAccess, signal: AbortSignal): Promise<void> {
  try {
    await settleAccounts(deps, { id: access.database.id, ...access }, signal);
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    deps.logger.warn({ err: error, database: access.database.id }, 'could not set up the accounts of a database');
  }
}
