import { jobs } from '../../jobs/index.ts';
import { formatAgo, formatSecond, formatTime } from '../../units/times.ts';
import { readJobRuns, readSchedule, type ScheduledJob, type SeenRun } from '../../usecases/jobs/read-schedule.ts';
import { awaitJobRun, requestJobRun } from '../../usecases/jobs/request-job-run.ts';
import { defineCommand } from '../command.ts';
import { flag, integer, named, optional, text } from '../options.ts';
import { formatDuration } from '../../units/durations.ts';
import type { Reply } from '../../replies/reply.ts';

/** How long `schedule run` waits for the result. */
const waitMs = 8_000;
const name = text('Name of the job', 'job');

export const scheduleList = defineCommand({
  name: 'schedule list',
  summary: 'List the jobs with their next run, last run and result',
  role: 'admin',
  reads: true,
  answers: 'person',
  options: {},
  async run({ deps, user }): Promise<Reply> {
    const scheduled = await readSchedule(deps, user, jobs);
    return {
      tone: scheduled.some(({ last }) => last?.status === 'failed') ? 'warning' : 'info',
      title: 'Scheduled jobs',
      table: {
        columns: ['Job', 'Purpose', 'Next (UTC)', 'Last run', 'Result'],
        rows: scheduled.map((one) => [one.job.name, one.job.summary, nextOf(one), ...lastOf(one.last)]),
        actions: scheduled.map(({ job }) => ({ label: 'Show', command: `schedule show ${job.name}` })),
      },
      data: scheduled.map(({ job, next, last }) => ({
        name: job.name,
        summary: job.summary,
        schedule: job.schedule ?? null,
        next: next ?? null,
        last: last ? runData(last) : null,
      })),
    };
  },
});

export const scheduleShow = defineCommand({
  name: 'schedule show',
  summary: 'Show the last runs of a job and their results',
  role: 'admin',
  reads: true,
  answers: 'person',
  options: { name, limit: optional(named(integer('How many (default 10)', { min: 1, max: 100 }))) },
  examples: ['schedule show retention'],
  async run({ deps, user }, { name: asked, limit = 10 }): Promise<Reply> {
    const { job, next, runs } = await readJobRuns(deps, user, { jobs, name: asked, limit });
    const when = next ? `Next at ${formatTime(next)}.` : 'On demand.';
    return {
      tone: runs[0]?.status === 'failed' ? 'warning' : 'info',
      title: job.name,
      text: `${job.summary}. ${when}`,
      ...(runs.length > 0 && {
        table: {
          columns: ['Began (UTC)', 'Took', 'Status', 'By', 'Result'],
          rows: runs.map((seen) => [
            formatSecond(seen.run.startedAt),
            tookOf(seen),
            seen.status,
            seen.run.requestedBy?.username ?? (job.schedule === undefined ? '–' : 'schedule'),
            resultOf(seen),
          ]),
        },
      }),
      ...(job.schedule !== undefined && { actions: [{ label: 'Run now', command: `schedule run ${job.name}` }] }),
      data: runs.map(runData),
    };
  },
});

export const scheduleRun = defineCommand({
  name: 'schedule run',
  summary: 'Run a scheduled job now',
  role: 'admin',
  answers: 'channel',
  options: { name, dryRun: flag('Only report what it would do, for jobs that delete something') },
  examples: ['schedule run reconcile-ingress', 'schedule run retention --dry-run'],
  async run({ deps, user, origin }, { name: asked, dryRun }): Promise<Reply> {
    const { job, key } = await requestJobRun(deps, { jobs, name: asked, dryRun, user, origin });
    const ended = await awaitJobRun(deps, user, { key, waitMs });
    const show = { label: 'Runs', command: `schedule show ${job.name}` };
    if (!ended) {
      const text = `\`${job.name}\` is queued. \`${show.command}\` shows the result.`;
      return { tone: 'info', text, actions: [show], data: { job: job.name, key, run: null } };
    }
    const seen = { run: ended, status: ended.status };
    return {
      tone: ended.status === 'success' ? 'success' : 'danger',
      title: `${job.name}: ${ended.status}, ${tookOf(seen)}`,
      text: ended.result ?? 'It reported nothing.',
      actions: [show],
      data: { job: job.name, key, run: runData(seen) },
    };
  },
});

function nextOf({ next }: ScheduledJob): string {
  return next ? formatSecond(next).slice(0, 16) : 'on demand';
}

function lastOf(last: SeenRun | undefined): [when: string, result: string] {
  if (!last) return ['–', '–'];
  const took = last.run.finishedAt ? `, ${tookOf(last)}` : '';
  return [formatAgo(last.run.startedAt), `${last.status}${took}${last.run.result ? `: ${last.run.result}` : ''}`];
}

function resultOf({ run }: SeenRun): string {
  const dry = run.input['dryRun'] === true ? '(dry run) ' : '';
  return `${dry}${run.result ?? '–'}`;
}

/** For a job still running, the time until now, which its start is ahead of where PostgreSQL's clock is. */
function tookOf({ run }: SeenRun): string {
  return formatDuration(Math.max(0, (run.finishedAt ?? new Date()).getTime() - run.startedAt.getTime()));
}

function runData({ run, status }: SeenRun) {
  const { key, input, startedAt, finishedAt, result, errorId, requestedBy } = run;
  return {
    key,
    input,
    status,
    result: result ?? null,
    errorId: errorId ?? null,
    startedAt,
    finishedAt: finishedAt ?? null,
    requestedBy: requestedBy?.username ?? null,
  };
}
