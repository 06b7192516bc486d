import { LockMode } from '../../database/database.ts';
import { CronRun } from '../../entities/cron-run.ts';
import { applicationName } from '../applications/find-application.ts';
import type { Deps } from '../deps.ts';
import { notify } from '../notify.ts';

export interface RunEnd {
  status: 'succeeded' | 'failed';
  reason?: string | undefined;
  exitCode?: number | undefined;
  output?: string | undefined;
  /** Whether another attempt could end otherwise. */
  mayRetry: boolean;
}

/** Records the end of an attempt; a failed one waits for the next, or is told. */
export async function endRun(
  { database }: Pick<Deps, 'database'>,
  id: string,
  { exitCode, mayRetry, output, reason, status }: RunEnd,
): Promise<void> {
  await database.asSystem().transactional(async (em) => {
    const run = await em.findOne(CronRun, { id, status: 'running' }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!run) return;
    await em.populate(run, ['cronCommand.application.project']);
    const cron = run.cronCommand;
    const isFinal = status === 'succeeded' || !mayRetry || run.attempt > cron.retries;
    em.assign(run, {
      status: isFinal ? status : 'queued',
      endedAt: isFinal ? new Date() : null,
      reason: reason?.slice(0, 2_000) ?? null,
      exitCode: exitCode ?? null,
      output: output ?? null,
    });
    await em.flush();
    if (!isFinal || status === 'succeeded') return;
    await notify(em, {
      fact: {
        kind: 'command-failed',
        application: applicationName(cron.application),
        command: cron.id.slice(0, 8),
        reason: run.reason ?? null,
        attempts: run.attempt,
      },
      severity: 'danger',
      applicationId: cron.application.id,
      subject: `cron:${cron.id}`,
    });
  });
}
