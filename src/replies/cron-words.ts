import type { CronRun } from '../entities/cron-run.ts';
import { formatAgo, formatPlanned } from '../units/times.ts';
import { formatDuration } from '../units/durations.ts';
import { applicationName } from '../usecases/applications/find-application.ts';
import type { SeenCron } from '../usecases/cron/read-cron.ts';

export function nextText({ cron, next }: Pick<SeenCron, 'cron' | 'next'>): string {
  if (!cron.enabled) return 'disabled';
  return next ? formatPlanned(next, cron.zone) : 'never again';
}

export function lastRunText(run: CronRun | undefined): string {
  return run ? `${run.status}, ${formatAgo(run.dueAt ?? run.createdAt)}` : '–';
}

/** `failed after 2 attempts in 3 s: exited with code 1`. */
export function cronRunText({ attempt, endedAt, reason, startedAt, status }: CronRun): string {
  const attempts = attempt > 1 ? ` after ${attempt} attempts` : '';
  const took = startedAt && endedAt ? ` in ${formatDuration(endedAt.getTime() - startedAt.getTime())}` : '';
  return `${status}${attempts}${took}${reason ? `: ${reason}` : ''}`;
}

export function cronData({ command, cron, last, next }: SeenCron) {
  const { enabled, id, limitSeconds, overlap, retries, schedule, service, zone } = cron;
  return {
    id,
    application: applicationName(cron.application),
    schedule,
    zone,
    command,
    service: service ?? null,
    overlap,
    limitSeconds,
    retries,
    enabled,
    next: next ?? null,
    last: last ? cronRunData(last) : null,
  };
}

export function cronRunData(run: CronRun) {
  const { attempt, dueAt, endedAt, exitCode, id, reason, startedAt, status } = run;
  return {
    id,
    status,
    attempt,
    dueAt: dueAt ?? null,
    startedAt: startedAt ?? null,
    endedAt: endedAt ?? null,
    exitCode: exitCode ?? null,
    reason: reason ?? null,
  };
}
