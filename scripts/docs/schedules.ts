import { variables } from '../../src/config-variables.ts';
import type { JobDescription } from '../../src/usecases/jobs/job-description.ts';

/** What retention covers. */
const retained: [what: string, variable: keyof typeof variables | undefined, then: string][] = [
  [
    'Deployment logs, counted from the end of the deployment',
    'SHIPMATE_RETENTION_DEPLOYMENTS',
    'Archived. The deployment’s row stays; `logs --build` and its page read the log from the archive',
  ],
  [
    'Live log lines, with their times and levels',
    'SHIPMATE_RETENTION_DEPLOYMENT_LOGS',
    'Deleted; the text remains in the deployment log',
  ],
  [
    'The audit log, in whole months',
    'SHIPMATE_RETENTION_AUDIT',
    'Archived; super_admins can read it with `audit --archived`',
  ],
  [
    'Webhook deliveries, used or expired link codes, revoked tokens, notifications that were delivered or given up, live-message records of ended deployments, scheduled deployments that have ended',
    'SHIPMATE_RETENTION_RECORDS',
    'Deleted',
  ],
  [
    'Certificate orders, counted from their end',
    'SHIPMATE_RETENTION_RECORDS',
    'Deleted, but never within 30 days, because the authority’s rate limits are counted from them',
  ],
  [
    'Incidents of applications, counted from their end',
    'SHIPMATE_RETENTION_DEPLOYMENTS',
    'Deleted; until then digests use them',
  ],
  [
    'Database backups, and records of their restores',
    undefined,
    '`rotate-backups` keeps seven days and four weeks: see [backups](backups.md)',
  ],
  ['Certificates', undefined, 'The newest of each domain are kept'],
  [
    'Images of successful versions, per application; and every image used by an unfinished deployment, or by a service now or before its last update',
    'SHIPMATE_RETENTION_IMAGES',
    'The tag is removed, and with the last tag the image, on Shipmate’s own node. Never forced, and never within a day. Nothing is removed from `SHIPMATE_REGISTRY`',
  ],
  [
    'Build cache of the Engine',
    'SHIPMATE_BUILD_CACHE',
    'What was not used for the longest time is removed first. Images do not need it: rollbacks work without it',
  ],
  [
    'Build leftovers',
    undefined,
    'Untagged images of Shipmate’s builds are removed after a day, checkouts without an unfinished deployment after an hour, git histories after 90 days without use',
  ],
  [
    'Changes of variables beyond the newest hundred of each application and project',
    'SHIPMATE_RETENTION_RECORDS',
    'Deleted',
  ],
  ['Job runs', undefined, 'The last hundred of each job are kept'],
  ['Applications, deployment rows with their approvals, users, projects', undefined, 'Never removed automatically'],
];

/** The text of docs/schedules.md. */
export function scheduleDocs(jobs: readonly JobDescription[]): string {
  return `# Schedules and retention

Generated from the declarations in \`src/jobs/\` by \`npm run docs\`; do not edit.

## Jobs

A tick of the schedule only enqueues the job in PostgreSQL, once for all replicas, and any replica runs it. A failed run is
retried three times; if a process dies, another replica takes over its run. A tick is skipped while the job is still running.

| Job | When (UTC) | What it does |
| --- | --- | --- |
${jobs.map(({ name, schedule, summary }) => `| \`${name}\` | ${whenOf(schedule)} | ${summary} |`).join('\n')}

\`schedule list\` shows the next run of each job and the result of the last one, \`schedule show <job>\` its recent runs, and
\`schedule run <job>\` runs it now. These commands need the role \`admin\`. Routes with the event \`job-failed\`
(\`notify add '*' job-failed slack:C0123ABCD\`) are notified when a job has failed for good, and when it works again. The audit
log records manual runs and the first failure of a series. \`GET /metrics\` has the number of runs by result
(\`shipmate_job_runs_total\`) and their total time (\`shipmate_job_run_seconds_total\`).

## Retention

The job \`retention\` applies these rules every night; \`schedule run retention --dry-run\` shows what it would remove. Periods are
[durations](units.md) of at least a day (\`90d\`).

| What | Kept for | Variable | Then |
| --- | --- | --- | --- |
${retained.map(([what, variable, then]) => `| ${what} | ${variable ? variables[variable].preset : '–'} | ${variable ? `\`${variable}\`` : '–'} | ${then} |`).join('\n')}

Rows are removed in batches of at most five thousand, skipping locked ones, and no statement waits longer than two seconds for
a lock. Retention can be killed at any point: an object is written, read back, and compared by SHA-256 and row count before
anything is removed from the database, and the next run finds the object by its name.

## The archive

Archives go to the bucket \`S3_BUCKET\` under \`archive/\`, or without a bucket to \`archive/\` in the data folder. Each object is
gzipped JSON lines, readable with \`zcat\`, with a \`.manifest.json\` that has its row count, size and SHA-256.

| Object | Contents |
| --- | --- |
| \`deployments/<month>/<day>-<hash>.ndjson.gz\` | up to a hundred deployments with their logs; each row’s \`metadata.archive\` names its object |
| \`audit/<month>-<rows>-<last id>.ndjson.gz\` | a month of the audit log |

Without a bucket, back up the folder together with the database: there is no other copy of what is archived. Several replicas
need a bucket or a shared folder. For a bucket, see [its lifecycle rule](backups.md#storage).
`;
}

/** The schedules in use, in words; any other is shown as it is. */
function whenOf(schedule: string | undefined): string {
  if (schedule === undefined) return 'on demand';
  if (schedule === '* * * * *') return 'every minute';
  const every = /^(?:\d+-59|\*)\/(\d+) \* \* \* \*$/.exec(schedule);
  if (every) return `every ${every[1]} minutes`;
  const hourly = /^(\d+) \* \* \* \*$/.exec(schedule);
  if (hourly) return `every hour at :${hourly[1]?.padStart(2, '0')}`;
  const daily = /^(\d+) (\d+) \* \* \*$/.exec(schedule);
  if (daily) return `every day at ${daily[2]?.padStart(2, '0')}:${daily[1]?.padStart(2, '0')}`;
  return `\`${schedule}\``;
}
