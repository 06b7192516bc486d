import { executeSql, type EntityManager } from '../../database/database.ts';
import { Backup } from '../../entities/backup.ts';
import { ManagedDatabase } from '../../entities/managed-database.ts';
import { Restore } from '../../entities/restore.ts';
import type { User } from '../../entities/user.ts';
import { ConflictError } from '../../errors.ts';
import type { Deps } from '../deps.ts';
import { timeZoneOf } from '../people/time-zone.ts';
import { findWanted } from './find-wanted.ts';
import { databaseName, findDatabase } from '../databases/find-database.ts';
import { enqueueRestore } from '../databases/database-jobs.ts';
import { createRestore, type RestoreAnswer, type RestoreRequest } from './enqueue-restore.ts';
import { isThere, restoreIntoNew } from './restore-into-new.ts';

const approvalHours = 24;

/**
 * Requests a restore. Because it replaces the database's contents, another admin has to approve it; when there is no
 * other admin, the person confirms it instead.
 * @throws {ConflictError} when it is impossible, or another restore is in progress.
 */
export async function requestRestore(deps: Deps, request: RestoreRequest): Promise<RestoreAnswer> {
  const { into, user } = request;
  const wanted = { ...request, zone: await timeZoneOf(user, request.origin) };
  if (into !== undefined && !(await isThere(deps, user, into))) return restoreIntoNew(deps, { ...request, into });
  return deps.database.asUser(user.id).transactional(async (em) => {
    const source = await findDatabase(em, request.database, { user, intent: 'change' });
    const { at, backup } = await findWanted(em, source, wanted);
    const target = into ? await findDatabase(em, into, { user, intent: 'change' }) : source;
    await requirePossible(em, backup, source, target);
    const others = await approversOf(deps, target, user);
    const answer = { at, backup, target, approvers: others };
    if (others.length === 0 && !request.confirmed) return { ...answer, restore: undefined };
    const approval = others.length > 0 && { waitsUntil: new Date(Date.now() + approvalHours * 3_600_000) };
    const restore = await createRestore(em, request, { at, backup, target, ...approval });
    if (restore.status === 'pending') await enqueueRestore(deps, em, restore);
    return { ...answer, restore };
  });
}

async function requirePossible(
  em: EntityManager,
  backup: Backup,
  source: ManagedDatabase,
  target: ManagedDatabase,
): Promise<void> {
  const name = databaseName(target);
  if (backup.status !== 'success') {
    throw new ConflictError(
      `That backup is \`${backup.status}\`. \`db backups ${databaseName(source)}\` shows good ones.`,
    );
  }
  if (target.type !== source.type)
    throw new ConflictError(`\`${name}\` is \`${target.type}\`, not \`${source.type}\`.`);
  if (target.status !== 'running') {
    throw new ConflictError(`\`${name}\` is \`${target.status}\`. \`db start ${name}\` first.`);
  }
  if (target.id !== source.id && backup.type === 'snapshot') {
    throw new ConflictError(
      'A snapshot contains one server’s files and credentials, so it cannot go into another. Use a `full` or `incremental` backup.',
    );
  }
  const unfinished = { database: target, status: { $in: ['waiting', 'pending', 'running'] } } as const;
  const [under] = await em.find(Restore, unfinished, { limit: 1 });
  if (!under) return;
  const short = under.id.slice(0, 8);
  throw new ConflictError(
    under.status === 'waiting'
      ? `A restore of \`${name}\` is waiting for approval: \`approve ${short}\` or \`deny ${short}\`.`
      : `A restore of \`${name}\` is already running. Follow it with \`db backups ${name}\`.`,
  );
}

/** Usernames of the other people who may approve in the database's project. */
async function approversOf(deps: Deps, { project }: ManagedDatabase, user: User): Promise<string[]> {
  const { rows } = await executeSql<{ username: string }>(
    deps.database.asSystem(),
    `select u.username from projects p
     join users u on u.id <> $2 and u.role <> 'viewer' and (u.id = p.owner_id or exists (
       select from team_members m where m.team_id = p.team_id and m.user_id = u.id
         and (m.role in ('owner', 'admin') or (m.role = 'member' and u.role = 'admin'))))
     where p.id = $1 order by u.username limit 10`,
    [project.id, user.id],
  );
  return rows.map(({ username }) => username);
}
