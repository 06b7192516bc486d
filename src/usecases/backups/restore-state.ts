import { executeSql } from '../../database/database.ts';
import { EnvVar } from '../../entities/env-var.ts';
import { Restore } from '../../entities/restore.ts';
import { databaseName } from '../databases/find-database.ts';
import type { Deps } from '../deps.ts';

/** Stores whether the database may have neither its old nor its restored contents. */
export async function markIncomplete(deps: Deps, id: string, incomplete: boolean): Promise<void> {
  await executeSql(
    deps.database.asSystem(),
    `update restores set metadata = metadata || jsonb_build_object('incomplete', $2::boolean) where id = $1`,
    [id, incomplete],
  );
}

/** Stores why an attempt stopped, which `db backups` shows. Without PostgreSQL it cannot, and the next attempt is near. */
export async function noteInterruption(deps: Deps, id: string, reason: unknown): Promise<void> {
  const message = reason instanceof Error ? reason.message : String(reason);
  try {
    await executeSql(
      deps.database.asSystem(),
      `update restores set metadata = metadata || jsonb_build_object('interrupted', $2::text) where id = $1`,
      [id, message.slice(0, 1_000)],
    );
  } catch (error) {
    deps.logger.warn({ err: error, restore: id }, 'could not note the interruption of a restore');
  }
}

/** Whether an application already uses the database, which is then kept. */
export async function isAttached({ database }: Pick<Deps, 'database'>, { id }: { id: string }): Promise<boolean> {
  return (await database.asSystem().count(EnvVar, { database: id })) > 0;
}

/** In which state a restore that failed left the database, and the command that mends it. */
export async function stateOf(deps: Deps, { backup, database, id }: Restore): Promise<string> {
  const { metadata } = await deps.database.asSystem().findOneOrFail(Restore, id);
  const name = databaseName(database);
  const source = databaseName(backup.database);
  const into = source === name ? '' : ` --into ${name}`;
  const which = metadata.at === undefined ? backup.id.slice(0, 8) : `--at "${metadata.at.replace('.000Z', 'Z')}"`;
  const again = `\`db restore ${source} ${which}${into}\``;
  if (metadata.into_new && !(await isAttached(deps, database))) {
    return `\`${name}\` is deleted again. ${again} tries again.`;
  }
  if (!metadata.incomplete) return `The database is unchanged. ${again} tries again.`;
  const safety = metadata.safety_backup?.slice(0, 8);
  if (safety === undefined) return `The database is incomplete. ${again} tries again.`;
  return `The database is incomplete. Its previous data is in backup ${safety}: \`db restore ${name} ${safety}\`.`;
}
