import type { EntityManager } from '../../database/database.ts';
import { Restore } from '../../entities/restore.ts';
import { User } from '../../entities/user.ts';
import { ConflictError, ForbiddenError } from '../../errors.ts';
import { recordAudit } from '../record-audit.ts';
import { requireReason } from '../deployments/hold/deploy-locks.ts';
import type { Deps } from '../deps.ts';
import { idRange } from '../id-prefix.ts';
import { actor, type Origin, requesterOf } from '../origin.ts';
import { requireProjectAccess, requireSupervision } from '../access/project-access.ts';
import { databaseName } from '../databases/find-database.ts';
import { enqueueRestore } from './enqueue-restore.ts';

interface Decision {
  user: User;
  origin: Origin;
  /** Its id, or at least the first eight characters. */
  restore: string;
}

/** The restore that the person sees and whose id begins so; undefined when there is none: it may name a deployment. */
export async function findRestore(deps: Deps, user: User, id: string): Promise<string | undefined> {
  const range = idRange(id);
  if (!range) return undefined;
  const found = await deps.database
    .asUser(user.id)
    .transactional((em) => em.find(Restore, { id: range }, { limit: 2 }));
  return found.length === 1 ? found[0]?.id : undefined;
}

/** Lets a restore that waits run. @throws {ForbiddenError} for who asked for it, and for who is no admin. */
export async function approveRestore(deps: Deps, decision: Decision): Promise<Restore> {
  return deps.database.asUser(decision.user.id).transactional(async (em) => {
    const restore = await decideRestore(em, decision, 'pending', 'Approving');
    await enqueueRestore(deps, em, restore);
    return restore;
  });
}

/** Throws as `approveRestore` does. */
export async function denyRestore(deps: Deps, decision: Decision & { reason?: string | undefined }): Promise<Restore> {
  const reason = requireReason(decision.reason ?? '');
  return deps.database
    .asUser(decision.user.id)
    .transactional((em) => decideRestore(em, decision, 'denied', 'Denying', reason));
}

async function decideRestore(
  em: EntityManager,
  { user, origin, restore: id }: Decision,
  status: 'pending' | 'denied',
  what: string,
  reason = '',
): Promise<Restore> {
  const populate = ['database.project.owner', 'database.project.team', 'backup'] as const;
  const restore = await em.findOneOrFail(Restore, id, { populate });
  const { project } = restore.database;
  const name = databaseName(restore.database);
  await requireProjectAccess(em, project, user, 'change');
  if (restore.requestedBy?.id === user.id) {
    throw new ForbiddenError('You asked for it yourself, so another person has to decide.');
  }
  await requireSupervision(em, project, user, what);
  if (restore.status === 'waiting' && restore.expiresAt && restore.expiresAt <= new Date()) {
    throw new ConflictError(
      `Nobody approved it in time. Ask again: \`db restore ${name} ${restore.backup.id.slice(0, 8)}\`.`,
    );
  }
  // Of several who decide at once, the first one does.
  const changed = await em.nativeUpdate(
    Restore,
    { id, status: 'waiting' },
    { status, decidedBy: em.getReference(User, user.id), decidedAt: new Date(), reason: reason || null },
  );
  if (changed === 0) throw new ConflictError(`This restore of \`${name}\` waits no more: it is \`${restore.status}\`.`);
  await recordAudit(em, {
    ...actor(user, origin),
    action: `database.restore_${status === 'pending' ? 'approve' : 'deny'}`,
    resourceType: 'database',
    resourceId: restore.database.id,
    details: { kind: 'backup', database: name, restore: id, by: requesterOf(origin), ...(reason && { reason }) },
  });
  return restore;
}

/** Ends the restores that nobody has approved in time. */
export async function expireRestores(deps: Deps): Promise<void> {
  await deps.database
    .asSystem()
    .nativeUpdate(
      Restore,
      { status: 'waiting', expiresAt: { $lte: new Date() } },
      { status: 'expired', decidedAt: new Date(), completedAt: new Date() },
    );
}
