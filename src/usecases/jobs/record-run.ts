import { type EntityManager, executeSql } from '../../database/database.ts';
import type { JobRunStatus } from '../../entities/job-run.ts';
import type { QueuedJob } from '../../queue/queue.ts';
import { recordAudit } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import { notify } from '../notify.ts';
import type { JobDescription } from './job-description.ts';
import { jobLease } from './job-lease.ts';

/** Runs kept per job. */
const kept = 100;

export interface RunEnd {
  status: Exclude<JobRunStatus, 'running'>;
  /** Short summary, or why it failed. */
  result?: string | undefined;
  /** Id of the error in the log. */
  errorId?: string;
  /** The work itself has notified and audited its failure. */
  told?: true;
}

/** Records the start of a run, and marks the job's runs of dead processes as interrupted. Returns the run's id. */
export async function beginRun(deps: Deps, { name, key, input, requestedBy }: QueuedJob): Promise<number> {
  return deps.database.asSystem().transactional(async (em) => {
    await settleDead(deps, em, { name, key });
    const { rows } = await executeSql<{ id: string }>(
      em,
      `insert into job_runs (job, key, input, requested_by)
       values ($1, $2, $3, (select id from users where id = $4)) returning id`,
      [name, key, JSON.stringify(input), requestedBy ?? null],
    );
    return Number(rows[0]?.id);
  });
}

/** The new run already holds its lease, so any running row with the same key belongs to a dead process. */
async function settleDead(
  deps: Deps,
  em: EntityManager,
  { name, key }: Pick<QueuedJob, 'name' | 'key'>,
): Promise<void> {
  const { rows } = await executeSql<{ id: string; key: string; input: Record<string, unknown> }>(
    em,
    `select id, key, input from job_runs where job = $1 and status = 'running'`,
    [name],
  );
  for (const run of rows) {
    const own = jobLease({ name, key, input: {} });
    const lease = jobLease({ name, key: run.key, input: run.input });
    if (lease !== own && (await deps.leases.isHeld(lease))) continue;
    await executeSql(
      em,
      `update job_runs set status = 'interrupted', finished_at = now(), result = 'Its process ended before the job finished.'
       where id = $1 and status = 'running'`,
      [run.id],
    );
  }
}

interface EndedRun {
  job: JobDescription;
  queued: QueuedJob;
  id: number;
  end: RunEnd;
}

/**
 * Records how a run ended. Notifies subscribed routes of a final failure and of the recovery. The audit log gets the
 * first of consecutive failures, and every failure of a run by hand.
 */
export async function endRun(deps: Deps, { job, queued, id, end }: EndedRun): Promise<void> {
  await deps.database.asSystem().transactional(async (em) => {
    await executeSql(
      em,
      `update job_runs set status = $2, result = $3, error_id = $4, finished_at = clock_timestamp() where id = $1`,
      [id, end.status, end.result ?? null, end.errorId ?? null],
    );
    await prune(em, job.name);
    if (end.told) return;
    const failedBefore = (await outcomeBefore(em, queued)) === 'failed';
    const failed = end.status !== 'success' && queued.lastAttempt;
    if (failed && (queued.requestedBy !== undefined || !failedBefore)) await auditFailure(em, queued, end);
    if (failed || (end.status === 'success' && failedBefore)) await notifyEnd(em, job, end);
  });
}

async function prune(em: EntityManager, job: string): Promise<void> {
  await executeSql(
    em,
    `delete from job_runs where job = $1 and status <> 'running'
       and id <= (select id from job_runs where job = $1 order by id desc offset $2 limit 1)`,
    [job, kept],
  );
}

/**
 * How the previous run of the job with this input ended, ignoring other attempts of this one: the restore of one database
 * says nothing of another's.
 */
async function outcomeBefore(em: EntityManager, { name, key, input }: QueuedJob): Promise<JobRunStatus | undefined> {
  const { rows } = await executeSql<{ status: JobRunStatus }>(
    em,
    `select status from job_runs where job = $1 and key <> $2 and input = $3 and status in ('success', 'failed')
     order by id desc limit 1`,
    [name, key, JSON.stringify(input)],
  );
  return rows[0]?.status;
}

async function auditFailure(em: EntityManager, { name, key, requestedBy }: QueuedJob, end: RunEnd): Promise<void> {
  await recordAudit(em, {
    userId: requestedBy,
    action: 'job.fail',
    resourceType: 'database',
    details: { kind: 'job', job: name, key, result: end.result },
  });
}

async function notifyEnd(
  em: EntityManager,
  { name, schedule }: JobDescription,
  { status, result = null }: Pick<RunEnd, 'status'> & { result?: string | null | undefined },
): Promise<void> {
  await notify(em, {
    // Routes that receive the failure receive its end.
    severity: 'danger',
    subject: `job:${name}`,
    fact:
      status === 'success'
        ? { kind: 'job-recovered', job: name, result }
        : { kind: 'job-failed', job: name, reason: result, scheduled: schedule !== undefined },
  });
}
