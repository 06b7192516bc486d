import { UserError } from '../../errors.ts';
import type { QueuedJob } from '../../queue/queue.ts';
import { logUnexpected } from '../../unexpected-error.ts';
import type { Deps } from '../deps.ts';
import type { JobDescription } from './job-description.ts';
import { isWhole, jobLease } from './job-lease.ts';
import type { JobResult } from './job-result.ts';
import { beginRun, endRun, type RunEnd } from './record-run.ts';

/** Result of a run, for metrics. */
export interface RunReport {
  job: string;
  status: RunEnd['status'];
  seconds: number;
}

export interface RunRequest {
  job: JobDescription;
  queued: QueuedJob;
  /** Aborts when the process stops or the run takes too long. */
  signal: AbortSignal;
  work(signal: AbortSignal): Promise<JobResult | void>;
  observe?(report: RunReport): void;
}

/**
 * Runs a job and records the result. Skips a scheduled run while another is in progress.
 * @throws the job's error, so that the queue retries it.
 */
export async function runJob(deps: Deps, request: RunRequest): Promise<void> {
  const { job, queued } = request;
  const lease = await deps.leases.tryAcquire(jobLease(queued));
  if (!lease) return passOver(deps, job, queued);
  try {
    await runRecorded(deps, { ...request, signal: AbortSignal.any([request.signal, lease.lost]) });
  } finally {
    await lease.release();
  }
}

async function runRecorded(deps: Deps, { job, queued, signal, work, observe }: RunRequest): Promise<void> {
  const begun = performance.now();
  const id = await beginRun(deps, queued);
  let end: RunEnd;
  let thrown: unknown;
  try {
    end = endOfResult((await work(signal)) ?? undefined);
  } catch (error) {
    thrown = error ?? new Error('the job threw nothing');
    end = endOf(deps, job, thrown, signal);
  }
  observe?.({ job: job.name, status: end.status, seconds: (performance.now() - begun) / 1_000 });
  await endRun(deps, { job, queued, id, end });
  if (thrown !== undefined) throw thrown;
}

/** Skips a tick silently, fails a run by hand, and has anything else retried. */
async function passOver(deps: Deps, job: JobDescription, queued: QueuedJob): Promise<void> {
  if (!isWhole(queued)) throw new Error(`another worker still runs ${queued.key}; retrying soon`);
  if (queued.requestedBy === undefined) return deps.logger.debug({ job: job.name }, 'another run is in progress');
  const end = { status: 'failed', result: 'Another run was already in progress.' } as const;
  await endRun(deps, { job, queued, id: await beginRun(deps, queued), end });
}

function endOfResult(result: JobResult | undefined): RunEnd {
  if (typeof result !== 'object') return { status: 'success', result };
  return { status: 'failed', result: result.failed, told: true };
}

function endOf(deps: Deps, job: JobDescription, error: unknown, signal: AbortSignal): RunEnd {
  if (signal.aborted) {
    const { reason } = signal as { reason: unknown };
    return { status: 'interrupted', result: `Stopped: ${reason instanceof Error ? reason.message : 'aborted'}.` };
  }
  if (error instanceof UserError) return { status: 'failed', result: error.message };
  const { errorId, sentence } = logUnexpected(deps, error, 'job failed', { job: job.name });
  return { status: 'failed', result: sentence, errorId };
}
