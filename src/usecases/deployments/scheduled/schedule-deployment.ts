import { LockMode } from '../../../database/database.ts';
import { Application } from '../../../entities/application.ts';
import { ScheduledDeployment } from '../../../entities/scheduled-deployment.ts';
import { User } from '../../../entities/user.ts';
import { ConflictError, UsageError } from '../../../errors.ts';
import { applicationName, findApplication } from '../../applications/find-application.ts';
import type { Deps } from '../../deps.ts';
import { actor, type Origin } from '../../origin.ts';
import { timeZoneOf } from '../../people/time-zone.ts';
import { recordAudit } from '../../record-audit.ts';
import type { Freeze } from '../hold/freeze-schedule.ts';
import { readStanding } from '../hold/deployment-hold.ts';
import { parseDueTime } from './parse-due-time.ts';

/** Of one application. */
const mostWaiting = 20;
const mostRef = 255;

interface Asked {
  user: User;
  application: string;
  ref?: string | undefined;
  /** A time as people write it, e.g. `tomorrow 06:00`. */
  at: string;
  origin: Origin;
}

export interface Scheduled {
  scheduled: ScheduledDeployment;
  /** The freeze that its time falls in, as the windows are now: it does not start in one. */
  freeze: Freeze | undefined;
}

/**
 * Remembers to deploy at a later time. Everything else is decided then: what the ref names, locks and freezes, whether
 * an approval is needed, and what the person may do.
 * @throws {UsageError} when the time is none, over, or too far ahead.
 */
export async function scheduleDeployment(deps: Deps, request: Asked, now = new Date()): Promise<Scheduled> {
  const { origin, user } = request;
  if ((request.ref?.length ?? 0) > mostRef) throw new UsageError(`A ref has at most ${mostRef} characters.`);
  const { at, zone } = await parseDueTime(request.at, await timeZoneOf(user, origin), now);
  return deps.database.asUser(user.id).transactional(async (em) => {
    const application = await findApplication(em, request.application, { user, intent: 'change' });
    await em.findOne(Application, application.id, { lockMode: LockMode.PESSIMISTIC_WRITE });
    const name = applicationName(application);
    if ((await em.count(ScheduledDeployment, { application, outcome: null })) >= mostWaiting) {
      throw new ConflictError(
        `\`${name}\` already has ${mostWaiting} scheduled deployments: \`history ${name}\` lists them.`,
      );
    }
    const { account, accountName, channel, platform, workspace } = origin;
    const where = { account, accountName: accountName.slice(0, 255), channel, platform, workspace };
    const made = em.create(ScheduledDeployment, {
      ...where,
      application,
      requestedBy: em.getReference(User, user.id),
      ref: request.ref ?? null,
      dueAt: at,
      zone,
    });
    await em.flush();
    await recordAudit(em, {
      ...actor(user, origin),
      action: 'application.schedule',
      resourceType: 'application',
      resourceId: application.id,
      details: { scheduled: made.id, application: name, ref: made.ref ?? null, at: at.toISOString(), zone },
    });
    const { freeze } = await readStanding(em, application.id, at);
    return { scheduled: made, freeze };
  });
}
