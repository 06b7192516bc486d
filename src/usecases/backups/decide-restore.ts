import type { EntityManager } from '../../database/database.ts';
import { Restore } from '../../entities/restore.ts';
import { User } from '../../entities/user.ts';
import { ConflictError, ForbiddenError } from '../../errors.ts';
import { remindBeforeMs } from '../deployments/request/remind-of-approvals.ts';
import { recordAudit } from '../record-audit.ts';
import { requireReason } from '../deployments/hold/deploy-locks.ts';
import type { Deps } from '../deps.ts';
import { idRange } from '../id-prefix.ts';
import { actor, type Origin, requesterOf } from '../origin.ts';
import { requireProjectAccess, requireSupervision } from '../access/project-access.ts';
import { databaseName } from '../databases/find-database.ts';
import { enqueueRestore } from '../databases/database-jobs.ts';

interface Decision {
  user: User;
  origin: Origin;
  /** Its id, or at least the first eight characters. */
  restore: string;
}

/**
 * Approves a waiting restore; its database and backup are loaded.
 * @returns undefined when the person sees no restore with that id; it may be a deployment's.
 * @throws {ForbiddenError} for the requester and for anybody who is not an admin.
 */
export async function approveRestore(deps: Deps, decision: Decision): Promise<Restore | undefined> {
  return deps.database.asUser(decision.user.id).transactional(async (em) => {
    const restore = await findRestore(em, decision.restore);
    if (!restore) return undefined;
    await decideRestore(em, restore, decision, { status: 'pending', what: 'Approving' });
    await enqueueRestore(deps, em, restore);
    return restore;
  });
}

/** Returns and throws like `approveRestore`. */
export async function denyRestore(
  deps: Deps,
  decision: Decision & { reason?: string | undefined },
): Promise<Restore | undefined> {
  return deps.database.asUser(decision.user.id).transactional(async (em) => {
    const restore = await findRestore(em, decision.restore);
    if (!restore) return undefined;
    const reason = requireReason(decision.reason ?? '');
    await decideRestore(em, restore, decision, { status: 'denied', what: 'Denying', reason });
    return restore;
  });
}

async function findRestore(em: EntityManager, id: string): Promise<Restore | undefined> {
  const range = idRange(id);
  if (!range) return undefined;
  const populate = ['database.project.owner', 'database.project.team', 'backup'] as const;
  const [restore, other] = await em.find(Restore, { id: range }, { limit: 2, populate });
  return other ? undefined : restore;
}

async function decideRestore(
  em: EntityManager,
  restore: Restore,
  { user, origin }: Decision,
  { reason = '', status, what }: { status: 'pending' | 'denied'; what: string; reason?: string },
): Promise<void> {
  const { id } = restore;
  const { project } = restore.database;
  const name = databaseName(restore.database);
  await requireProjectAccess(em, project, user, 'change');
  if (restore.requestedBy?.id === user.id) {
    throw new ForbiddenError('You requested this restore, so another person has to decide.');
  }
  await requireSupervision(em, project, user, what);
  if (restore.status === 'waiting' && restore.expiresAt && restore.expiresAt <= new Date()) {
    throw new ConflictError(
      `Nobody approved it in time. Request it again: \`db restore ${name} ${restore.backup.id.slice(0, 8)}\`.`,
    );
  }
  // The first of several concurrent decisions wins.
  const changed = await em.nativeUpdate(
    Restore,
    { id, status: 'waiting' },
    { status, decidedBy: em.getReference(User, user.id), decidedAt: new Date(), reason: reason || null },
  );
  if (changed === 0)
    throw new ConflictError(`This restore of \`${name}\` is no longer waiting: it is \`${restore.status}\`.`);
  await recordAudit(em, {
    ...actor(user, origin),
    action: `database.restore_${status === 'pending' ? 'approve' : 'deny'}`,
    resourceType: 'database',
    resourceId: restore.database.id,
    details: { kind: 'backup', database: name, restore: id, by: requesterOf(origin), ...(reason && { reason }) },
  });
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

/** Reminds those who may approve, once for each restore, before nobody can any more: a trigger writes what is told. */
export async function remindOfRestores({ database }: Pick<Deps, 'database'>, now = new Date()): Promise<void> {
  const expiresAt = { $gt: now, $lte: new Date(now.getTime() + remindBeforeMs) };
  await database
    .asSystem()
    .nativeUpdate(Restore, { status: 'waiting', remindedAt: null, expiresAt }, { remindedAt: now });
}
