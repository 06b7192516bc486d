import { Cron } from 'croner';
import type { EntityManager } from '../../database/database.ts';
import { JobRun, type JobRunStatus } from '../../entities/job-run.ts';
import type { User } from '../../entities/user.ts';
import { NotFoundError } from '../../errors.ts';
import { didYouMean } from '../../closest-name.ts';
import type { Deps } from '../deps.ts';
import type { JobDescription } from './job-description.ts';
import { jobLease } from './job-lease.ts';
import { quoted } from '../../quoted.ts';

/** A run as shown: one whose process died appears as `interrupted` even before the next run records it. */
export interface SeenRun {
  run: JobRun;
  status: JobRunStatus;
}

export interface ScheduledJob {
  job: JobDescription;
  /** Undefined: on demand. */
  next: Date | undefined;
  last: SeenRun | undefined;
}

/** Every job with its next time and its last run. */
export async function readSchedule(
  deps: Deps,
  user: Pick<User, 'id'>,
  jobs: readonly JobDescription[],
): Promise<ScheduledJob[]> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const scheduled: ScheduledJob[] = [];
    for (const job of jobs) {
      const [last] = await runsOf(deps, em, job, 1);
      scheduled.push({ job, next: nextRun(job), last });
    }
    return scheduled;
  });
}

/** The newest runs of one job. @throws {NotFoundError} with the nearest name. */
export async function readJobRuns(
  deps: Deps,
  user: Pick<User, 'id'>,
  { jobs, name, limit }: { jobs: readonly JobDescription[]; name: string; limit: number },
): Promise<{ job: JobDescription; next: Date | undefined; runs: SeenRun[] }> {
  const job = findJob(jobs, name);
  const runs = await deps.database.asUser(user.id).transactional((em) => runsOf(deps, em, job, limit));
  return { job, next: nextRun(job), runs };
}

/** @throws {NotFoundError} with the nearest name. */
export function findJob<J extends JobDescription>(jobs: readonly J[], name: string): J {
  const found = jobs.find((job) => job.name === name.trim().toLowerCase());
  if (found) return found;
  const names = jobs.map((job) => job.name);
  const hint = didYouMean(name, names, '`schedule list` shows them.');
  throw new NotFoundError(`There is no job ${quoted(name)}. ${hint}`);
}

function nextRun({ schedule }: JobDescription): Date | undefined {
  if (schedule === undefined) return undefined;
  return new Cron(schedule, { timezone: 'UTC', paused: true }).nextRun() ?? undefined;
}

async function runsOf(deps: Deps, em: EntityManager, { name }: JobDescription, limit: number): Promise<SeenRun[]> {
  const runs = await em.find(JobRun, { job: name }, { orderBy: { id: 'desc' }, limit, populate: ['requestedBy'] });
  const seen: SeenRun[] = [];
  for (const run of runs) {
    const dead =
      run.status === 'running' && !(await deps.leases.isHeld(jobLease({ name, key: run.key, input: run.input })));
    seen.push({ run, status: dead ? 'interrupted' : run.status });
  }
  return seen;
}
