import { Restore } from '../../src/entities/restore.ts';
import { runRestore } from '../../src/usecases/backups/run-restore.ts';
import type { BackupStage } from './backup-stage.ts';

/** Restores a backup, by its id or the word `latest`, over the stage's database. @returns how that ended. */
export async function restoredFrom({ db, deps, name, root, signal }: BackupStage, backup: string): Promise<Restore> {
  const { data } = await root.type(`db restore ${name} ${backup.slice(0, 8)} --yes`);
  const { restore } = data as { restore: string };
  await runRestore(deps, restore, signal);
  return db.database.asSystem().findOneOrFail(Restore, restore);
}
