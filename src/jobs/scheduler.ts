import { gracefulShutdown, scheduleJob } from 'node-schedule';
import type { Lane } from '../queue/queue.ts';
import type { Deps } from '../usecases/deps.ts';
import type { Job } from './job.ts';

/** Runs of a lane at once in one process. */
const concurrency: Record<Lane, number> = { quick: 3, long: 2 };

/**
 * Enqueues each job at its times and works on what is enqueued. The key `name@fireTime` makes a tick of any
 * number of replicas one job.
 */
export async function startScheduler(deps: Deps, jobs: Job[]): Promise<{ stop(): Promise<void> }> {
  const byName = new Map(jobs.map((job) => [job.name, job]));
  for (const lane of ['quick', 'long'] as const) {
    await deps.queue.workJobs(lane, concurrency[lane], async (name, input, signal) => {
      const job = byName.get(name);
      if (!job) return deps.logger.warn({ job: name }, 'no such job; an older version may have enqueued it');
      await job.run(deps, { input, signal });
    });
  }
  for (const { name, schedule, lane = 'quick' } of jobs) {
    if (schedule === undefined) continue;
    scheduleJob(name, { rule: schedule, tz: 'Etc/UTC' }, (fireTime) => {
      deps.queue
        .enqueueJob({ name, lane, key: `${name}@${fireTime.toISOString()}` })
        .catch((error: unknown) => deps.logger.error({ err: error, job: name }, 'job not enqueued'));
    });
  }
  return { stop: gracefulShutdown };
}
