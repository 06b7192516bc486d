import { variables } from '../../src/config-variables.ts';
import type { JobDescription } from '../../src/usecases/jobs/job-description.ts';

/** What retention looks after. */
const retained: [what: string, variable: keyof typeof variables | undefined, then: string][] = [
  [
    'Logs of deployments, since they ended',
    'SHIPMATE_RETENTION_DEPLOYMENTS',
    'Archived. The deployment’s row stays; `logs --build` and its page read the log from the archive',
  ],
  ['Live log lines, with their times and levels', 'SHIPMATE_RETENTION_DEPLOYMENT_LOGS', 'Deleted; the text is above'],
  [
    'The audit log, in whole months',
    'SHIPMATE_RETENTION_AUDIT',
    'Archived; `audit --archived` reads it, for super_admins',
  ],
  [
    'Webhook deliveries, used or expired link codes, revoked tokens, notifications that were delivered or given up, where in chat deployments that have ended were shown',
    'SHIPMATE_RETENTION_RECORDS',
    'Deleted',
  ],
  [
    'Orders of certificates, since they ended',
    'SHIPMATE_RETENTION_RECORDS',
    'Deleted, but never within 30 days: the limits of authorities are counted by them',
  ],
  [
    'Incidents of applications, since they ended',
    'SHIPMATE_RETENTION_DEPLOYMENTS',
    'Deleted; digests measure by them for as long',
  ],
  [
    'Backups of databases, and what was restored of them',
    undefined,
    'The job of the rotation keeps seven days and four weeks: see [backups](backups.md)',
  ],
  ['Certificates', undefined, 'The newest of each domain are kept'],
  [
    'Images of successful versions, per application; and every image that an unfinished deployment or a service names, as it is or as it was before its last update',
    'SHIPMATE_RETENTION_IMAGES',
    'The name is removed, and with the last one the image, on the node Shipmate speaks to. Never by force, and nothing younger than a day. In `SHIPMATE_REGISTRY` nothing is removed',
  ],
  [
    'Leftovers of builds',
    undefined,
    'Unnamed images of Shipmate’s builds older than a day, checkouts without a deployment, histories that nobody asked about for 90 days',
  ],
  ['Runs of jobs', undefined, 'The newest hundred of each job are kept'],
  ['Applications, deployments’ rows with their approvals, users, projects', undefined, 'Never removed by a schedule'],
];

/** The text of docs/schedules.md. */
export function scheduleDocs(jobs: readonly JobDescription[]): string {
  return `# Schedules and retention

Made from the declarations in \`src/jobs/\` by \`node scripts/generate-docs.ts\`; do not edit.

## Jobs

A tick of the schedule only puts the job into the queue in PostgreSQL, once for all replicas; any of them runs it. A run that fails is
tried again three times; one whose process dies goes to another replica. A tick that comes while the job still runs is passed over.

| Job | When (UTC) | What for |
| --- | --- | --- |
${jobs.map(({ name, schedule, summary }) => `| \`${name}\` | ${whenOf(schedule)} | ${summary} |`).join('\n')}

\`schedule list\` shows when each job runs next, when it ran last and what came of it; \`schedule show <job>\` its last runs;
\`schedule run <job>\` runs it now. They need the role \`admin\`. Routes with the event \`job-failed\`
(\`notify add '*' job-failed slack:C0123ABCD\`) are notified of a job that failed for good, and when it works again. The audit log has runs by hand and the first failure of a row
of them. \`GET /metrics\` counts runs by what came of them (\`shipmate_job_runs_total\`) and the time they took (\`shipmate_job_run_seconds_total\`).

## Retention

The job \`retention\` does this every night; \`schedule run retention --dry-run\` says what would go. Periods are [durations](units.md) of a day or more (\`90d\`).

| What | Kept for | Variable | Then |
| --- | --- | --- | --- |
${retained.map(([what, variable, then]) => `| ${what} | ${variable ? variables[variable].preset : '–'} | ${variable ? `\`${variable}\`` : '–'} | ${then} |`).join('\n')}

Rows go in batches of at most five thousand, skipping those that somebody holds, and no statement waits longer than two seconds for a lock.
Retention may be killed at any point: an object is written, read back and compared by its SHA-256 and its number of rows before
anything is taken out of the database, and the next run finds it by its name.

## The archive

In the bucket \`S3_BUCKET\` below \`archive/\`, or else in the folder \`archive/\` of the data folder. Each object is gzip of JSON lines, readable with
\`zcat\`, beside a \`.manifest.json\` with its rows, bytes and SHA-256.

| Object | Holds |
| --- | --- |
| \`deployments/<month>/<day>-<hash>.ndjson.gz\` | up to a thousand deployments with their logs; each row’s \`metadata.archive\` names its object |
| \`audit/<month>-<rows>-<last id>.ndjson.gz\` | a month of the audit log |

Without a bucket, back up the folder with the database: what is archived is nowhere else. Several replicas need a bucket or a shared folder.
With a bucket, a lifecycle rule that aborts incomplete multipart uploads after a day tidies up after a killed upload.
`;
}

/** The shapes that schedules have, in words; others as they are. */
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
