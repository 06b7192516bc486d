import { type EntityManager, executeSql, LockMode } from '../../database/database.ts';
import { CronCommand } from '../../entities/cron-command.ts';
import { CronRun, type CronRunStatus } from '../../entities/cron-run.ts';
import { applicationName } from '../applications/find-application.ts';
import type { Deps } from '../deps.ts';
import { notify } from '../notify.ts';
import { dueTimes } from './cron-times.ts';

/** A run that is later than this is missed, milliseconds: a restart or an upgrade takes less. */
const latest = 10 * 60_000;
/** Runs that are kept of each command. */
const kept = 100;

/** Writes a run for each command that is due; returns how many are to be started. */
export async function planRuns({ database }: Pick<Deps, 'database'>, now: Date): Promise<number> {
  const enabled = { enabled: true, application: { deletedAt: null } };
  const ids = await database.asSystem().find(CronCommand, enabled, { fields: ['id', 'schedule', 'zone', 'checkedAt'] });
  let queued = 0;
  for (const one of ids) {
    if (!dueTimes(one, one.checkedAt, now)) continue;
    queued += await database.asSystem().transactional((em) => planRun(em, one.id, now));
  }
  return queued;
}

/** With the row locked: another replica may have been here. */
async function planRun(em: EntityManager, id: string, now: Date): Promise<number> {
  const cron = await em.findOne(CronCommand, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  const due = cron?.enabled ? dueTimes(cron, cron.checkedAt, now) : undefined;
  if (!cron || !due) return 0;
  await em.populate(cron, ['application.project']);
  const application = applicationName(cron.application);
  const since = cron.checkedAt;
  cron.checkedAt = now;
  const open = await em.find(CronRun, { cronCommand: cron.id, status: { $in: ['queued', 'running'] } });
  const { reason, status } = outcomeOf(cron, open, { ...due, now });
  const ended = status === 'queued' ? {} : { endedAt: now, reason: reason ?? null };
  em.create(CronRun, { cronCommand: cron, dueAt: due.latest, status, ...ended });
  if (status === 'missed') {
    await notify(em, {
      fact: {
        kind: 'command-missed',
        application,
        command: cron.id.slice(0, 8),
        due: due.latest.toISOString(),
        since: since.toISOString(),
        count: due.count,
      },
      severity: 'danger',
      applicationId: cron.application.id,
      // Not one with its failures.
      subject: `cron:${cron.id}:missed`,
    });
  }
  await em.flush();
  await executeSql(
    em,
    `delete from cron_runs where cron_command_id = $1 and status not in ('queued', 'running') and id in (
       select id from cron_runs where cron_command_id = $1 order by created_at desc, id offset ${kept}
     )`,
    [cron.id],
  );
  return status === 'queued' ? 1 : 0;
}

interface Due {
  latest: Date;
  count: number;
  now: Date;
}

function outcomeOf(
  { overlap }: CronCommand,
  open: readonly CronRun[],
  due: Due,
): { status: CronRunStatus; reason?: string } {
  if (due.now.getTime() - due.latest.getTime() > latest) {
    const times = due.count === 1 ? 'the time' : `the last ${due.count} times`;
    return { status: 'missed', reason: `No Shipmate ran at ${times}.` };
  }
  if (open.length === 0) return { status: 'queued' };
  if (overlap === 'skip') return { status: 'skipped', reason: 'The run before it had not ended.' };
  if (open.length === 1) return { status: 'queued' };
  return { status: 'skipped', reason: 'A run before it still waited.' };
}
