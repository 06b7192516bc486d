import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { JobRun } from '../../entities/job-run.ts';
import type { User } from '../../entities/user.ts';
import { ConflictError, UsageError } from '../../errors.ts';
import { recordAudit } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import { actor, type Origin } from '../origin.ts';
import type { JobDescription } from './job-description.ts';
import { byHandKey, wholeLease } from './job-lease.ts';
import { findJob } from './read-schedule.ts';

export interface JobRunRequest {
  jobs: readonly JobDescription[];
  name: string;
  dryRun: boolean;
  user: User;
  origin: Origin;
}

/**
 * Enqueues a run by hand and returns its key.
 * @throws {NotFoundError} for an unknown job, with the nearest name.
 * @throws {UsageError} for a job that runs on demand only.
 * @throws {ConflictError} while it is running.
 */
export async function requestJobRun(deps: Deps, request: JobRunRequest): Promise<{ job: JobDescription; key: string }> {
  const { user, origin, dryRun } = request;
  const job = findJob(request.jobs, request.name);
  const { name, lane = 'quick' } = job;
  if (job.schedule === undefined) {
    throw new UsageError(
      `\`${name}\` runs only on behalf of another action, which supplies its input. It cannot be run by hand.`,
    );
  }
  if (dryRun && !job.dryRun) throw new UsageError(`\`${name}\` has no dry run: it deletes nothing.`);
  if (!dryRun && (await deps.leases.isHeld(wholeLease(name)))) {
    throw new ConflictError(`\`${name}\` is already running. \`schedule show ${name}\` shows its result.`);
  }
  const key = byHandKey(name, randomUUID());
  const input = dryRun ? { dryRun } : {};
  await deps.database.asUser(user.id).transactional(async (em) => {
    await deps.queue.enqueueJob({ name, lane, key, input, requestedBy: user.id }, em);
    const details = { kind: 'job', job: name, key, ...input };
    await recordAudit(em, { ...actor(user, origin), action: 'job.run', resourceType: 'database', details });
  });
  return { job, key };
}

/** Waits for the run with the key to end; undefined when it has not after `waitMs`. */
export async function awaitJobRun(
  deps: Pick<Deps, 'database'>,
  user: Pick<User, 'id'>,
  { key, waitMs }: { key: string; waitMs: number },
): Promise<JobRun | undefined> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    const newest = { orderBy: { id: 'desc' }, populate: ['requestedBy'] } as const;
    const em = deps.database.asUser(user.id);
    const run = await em.transactional((inner) => inner.findOne(JobRun, { key }, newest));
    if (run && run.status !== 'running') return run;
    if (performance.now() >= deadline) return undefined;
    await delay(Math.min(250, waitMs));
  }
}
