import { gracefulShutdown, scheduleJob } from 'node-schedule';
import type { Deps } from '../usecases/deps.ts';
import type { Job } from './job.ts';

/**
 * Enqueues each job at its times and works on what is enqueued. The key `name@fireTime` makes a tick of any
 * number of replicas one job.
 */
export async function startScheduler(deps: Deps, jobs: Job[]): Promise<{ stop(): Promise<void> }> {
  const byName = new Map(jobs.map((job) => [job.name, job]));
  await deps.queue.workJobs(async (name, signal) => {
    const job = byName.get(name);
    if (!job) return deps.logger.warn({ job: name }, 'no such job; an older version may have enqueued it');
    await job.run(deps, signal);
  });
  for (const job of jobs) {
    scheduleJob(job.name, { rule: job.schedule, tz: 'Etc/UTC' }, (fireTime) => {
      deps.queue
        .enqueueJob(job.name, `${job.name}@${fireTime.toISOString()}`)
        .catch((error: unknown) => deps.logger.error({ err: error, job: job.name }, 'job not enqueued'));
    });
  }
  return { stop: gracefulShutdown };
}
