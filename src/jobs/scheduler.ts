import { randomUUID } from 'node:crypto';
import type { Job as Ticks } from 'node-schedule';
import type { Lane, QueuedJob } from '../queue/queue.ts';
import type { Deps } from '../usecases/deps.ts';
import { atStartKey, tickKey } from '../usecases/jobs/job-lease.ts';
import { createRunCounts, type RunCounts } from '../usecases/jobs/run-counts.ts';
import { runJob } from '../usecases/jobs/run-job.ts';
import type { Job } from './job.ts';

/** Concurrent runs per lane in one process. */
const concurrency: Record<Lane, number> = { quick: 3, long: 2 };

interface Scheduler {
  /** The runs of this process. */
  counts: RunCounts;
  /** Enqueues each job on its schedule from now on. */
  startTicks(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Runs what is enqueued, and enqueues each job on its schedule. The key `name@fireTime` deduplicates a tick across
 * replicas. Ticks are started by themselves: the times of all schedules are a tenth of what a start computes, and nobody
 * waits for them.
 */
export async function startScheduler(deps: Deps, jobs: Job[]): Promise<Scheduler> {
  const byName = new Map(jobs.flatMap((job) => [job.name, ...(job.formerNames ?? [])].map((name) => [name, job])));
  const counts = createRunCounts();

  async function run(enqueued: QueuedJob, signal: AbortSignal): Promise<void> {
    const job = byName.get(enqueued.name);
    if (!job) return deps.logger.warn({ job: enqueued.name }, 'no such job; an older version may have enqueued it');
    const queued = { ...enqueued, name: job.name };
    const work = (stop: AbortSignal) => job.run(deps, { input: queued.input, signal: stop });
    await runJob(deps, { job, queued, signal, work, observe: (report) => counts.add(report) });
  }

  for (const lane of ['quick', 'long'] as const) await deps.queue.workJobs(lane, concurrency[lane], run);
  const ticking: Ticks[] = [];
  // Catches up after downtime; skipped while a scheduled run is in progress.
  for (const { atStart, lane = 'quick', name } of jobs) {
    if (atStart) await deps.queue.enqueueJob({ name, lane, key: atStartKey(name, randomUUID()) });
  }
  return {
    counts,
    async startTicks() {
      const { scheduleJob } = await import('node-schedule');
      for (const { name, schedule, lane = 'quick' } of jobs) {
        if (schedule === undefined) continue;
        const ticks = scheduleJob({ rule: schedule, tz: 'Etc/UTC' }, (fireTime) => {
          deps.queue
            .enqueueJob({ name, lane, key: tickKey(name, fireTime) })
            .catch((error: unknown) => deps.logger.error({ err: error, job: name }, 'could not enqueue a job'));
        });
        ticking.push(ticks);
      }
    },
    async stop() {
      for (const ticks of ticking) ticks.cancel();
    },
  };
}
