import type { EntityManager } from '../../../database/database.ts';
import { ChatIdentity } from '../../../entities/chat-identity.ts';
import { ScheduledDeployment } from '../../../entities/scheduled-deployment.ts';
import { ForbiddenError, UnavailableError, UserError } from '../../../errors.ts';
import { roleAtLeast } from '../../access/roles.ts';
import { applicationName } from '../../applications/find-application.ts';
import type { Deps } from '../../deps.ts';
import { notificationChannel } from '../../notify.ts';
import type { Origin } from '../../origin.ts';
import { recordAudit } from '../../record-audit.ts';
import { deployApplication } from '../request/deploy-application.ts';

/** One that is this late is refused, milliseconds: nobody expects it any more when Shipmate was down. */
const mostLateMs = 3_600_000;

/** Somebody else started or cancelled it. */
class EndedError extends Error {
  override name = 'EndedError' as const;
}

/**
 * Starts the deployments that are due, each once over all replicas: its row ends in the transaction that requests it.
 * @returns how many were started.
 */
export async function startScheduled(deps: Deps, signal: AbortSignal, now = new Date()): Promise<number> {
  const due = { outcome: null, dueAt: { $lte: now } } as const;
  const options = {
    orderBy: { dueAt: 'asc' },
    limit: 1_000,
    populate: ['application.project', 'requestedBy'],
  } as const;
  let started = 0;
  for (const one of await deps.database.asSystem().find(ScheduledDeployment, due, options)) {
    signal.throwIfAborted();
    if (await startOne(deps, one, now)) started += 1;
  }
  return started;
}

async function startOne(deps: Deps, one: ScheduledDeployment, now: Date): Promise<boolean> {
  const late = now.getTime() - one.dueAt.getTime() > mostLateMs;
  try {
    if (late) throw new UserError('Shipmate did not run at that time.');
    await requireStillAllowed(deps, one);
    await deployApplication(deps, {
      user: one.requestedBy,
      application: applicationName(one.application),
      ref: one.ref ?? undefined,
      origin: originOf(one),
      claim: (em) => end(em, one, { outcome: 'started', reason: null }),
    });
    return true;
  } catch (error) {
    if (error instanceof EndedError) return false;
    if (!(error instanceof UserError)) throw error;
    if (error instanceof UnavailableError && !late) {
      deps.logger.warn({ err: error, scheduled: one.id }, 'scheduled deployment is tried again');
      return false;
    }
    await refuse(deps, one, error.message);
    return false;
  }
}

/** The project's roles are checked with the request itself. */
async function requireStillAllowed(deps: Deps, { account, platform, requestedBy, workspace }: ScheduledDeployment) {
  const { id, role, username } = requestedBy;
  if (!roleAtLeast(role, 'developer'))
    throw new ForbiddenError(`\`${username}\` is a \`${role}\` now; deploying needs the role \`developer\`.`);
  if (platform === 'http') return;
  const linked = { user: id, platform, workspace, account };
  if ((await deps.database.asSystem().count(ChatIdentity, linked)) > 0) return;
  throw new ForbiddenError(`The account that asked for it is no longer linked to \`${username}\`.`);
}

function originOf({ account, accountName, channel, platform, workspace }: ScheduledDeployment): Origin {
  return { account, accountName, channel, platform, workspace, shared: true };
}

async function end(
  em: EntityManager,
  { id }: ScheduledDeployment,
  { outcome, reason }: { outcome: 'started' | 'refused'; reason: string | null },
): Promise<void> {
  const change = { outcome, reason, endedAt: new Date() };
  if ((await em.nativeUpdate(ScheduledDeployment, { id, outcome: null }, change)) === 0) throw new EndedError();
}

async function refuse({ database }: Deps, one: ScheduledDeployment, why: string): Promise<void> {
  try {
    await database.asSystem().transactional(async (em) => {
      await end(em, one, { outcome: 'refused', reason: why.slice(0, 2_000) });
      await recordAudit(em, {
        userId: one.requestedBy.id,
        action: 'application.schedule_refused',
        resourceType: 'application',
        resourceId: one.application.id,
        details: { scheduled: one.id, why },
      });
      await database.notify(em, notificationChannel, one.id);
    });
  } catch (error) {
    if (!(error instanceof EndedError)) throw error;
  }
}
