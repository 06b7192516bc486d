import type { Rehearsal } from '../../database-engines/dump-tool.ts';
import { Backup } from '../../entities/backup.ts';
import { UserError } from '../../errors.ts';
import type { Deps } from '../deps.ts';
import { isOutage } from './outage.ts';
import { storedData } from './read-stored-data.ts';
import type { Toolbox } from './toolbox.ts';

/** How long the removal of a loaded database may take, milliseconds. */
const cleanUpMs = 60_000;

interface RehearsedRestore {
  /** The restore's. */
  id: string;
  /** Backups: the copy of the current data, and what is to be restored. */
  copies: [safety: string, wanted: string];
  toolbox: Toolbox;
  signal: AbortSignal;
}

/**
 * Loads both backups beside the database, one after the other, and removes them again. The database may be given up only
 * when both can be loaded, since one of them is all that is left of it then.
 * @throws {UserError} naming the one that cannot.
 */
export async function rehearse(
  deps: Deps,
  { after, before, load }: Rehearsal,
  { copies, id, signal, toolbox }: RehearsedRestore,
): Promise<void> {
  const cleanUp = async () => {
    // With a time of its own: the signal may be what ended the load.
    for (const tool of after) await toolbox.run(tool, undefined, AbortSignal.timeout(cleanUpMs));
  };
  for (const copy of new Set(copies)) {
    const backup = await deps.database.asSystem().findOneOrFail(Backup, copy, { populate: ['database.project'] });
    try {
      for (const tool of before) await toolbox.run(tool);
      await toolbox.run(load, await storedData(deps, backup, signal));
    } catch (error) {
      await cleanUp().catch((failed: unknown) => {
        deps.logger.warn({ err: failed, restore: id }, 'could not remove what a restore was rehearsed in');
      });
      if (signal.aborted || isOutage(error, {})) throw error;
      const what = copy === copies[0] ? 'The copy of the current data' : 'The backup';
      const reason = error instanceof Error ? error.message : String(error);
      throw new UserError(`${what} cannot be loaded into this server: ${reason}`, { cause: error });
    }
    await cleanUp();
  }
}
