import type { EntityManager } from '../database/database.ts';

export interface DeploymentWorker {
  /** Runs the newest pending deployment of the application. `signal` aborts when the process stops. */
  run(applicationId: string, signal: AbortSignal): Promise<void>;
}

/** `quick` jobs never wait for `long` ones: a backup of hours does not hold up what happens every minute. */
export type Lane = 'quick' | 'long';

export interface JobRequest {
  name: string;
  lane: Lane;
  /** A second request with the same key does nothing, even after the job has ended. */
  key: string;
  /** What the job is about, as JSON: ids, never secrets. */
  input?: Record<string, unknown>;
  /** Id of the person who started it by hand. */
  requestedBy?: string;
}

/** A job as the queue hands it out. */
export interface QueuedJob extends Omit<JobRequest, 'lane'> {
  input: Record<string, unknown>;
  /** False while the queue would try it again, should it fail. */
  lastAttempt: boolean;
}

/** `signal` aborts when the process stops or the job runs too long. */
export type JobHandler = (job: QueuedJob, signal: AbortSignal) => Promise<void>;

/** Background work in PostgreSQL. At most one job per application runs and one waits. */
export interface Queue {
  /** Whether `enqueue_deployments` of the database writes what `enqueueDeployment` does. */
  readonly enqueuesInSql: boolean;
  /** Creates or updates the queue's own schema and lets the application's roles use it. */
  start(): Promise<void>;
  /**
   * Enqueues inside the caller's transaction. Does nothing when a job of the application already waits. Those that run
   * `when nothing else waits` come after all others, in their order.
   */
  enqueueDeployment(em: EntityManager, applicationId: string, turn?: 'when nothing else waits'): Promise<void>;
  /** Lets those that run `when nothing else waits` and have waited for so long take their turn by age, like all others. */
  promoteLate(milliseconds: number): Promise<void>;
  /** Begins to take jobs, `concurrency` at once; one place of several is kept from those that run when nothing else waits. */
  work(worker: DeploymentWorker, concurrency: number): Promise<void>;
  /** Enqueues a job, inside the caller's transaction when there is one. */
  enqueueJob(request: JobRequest, em?: EntityManager): Promise<void>;
  /** Begins to take the jobs of a lane, `concurrency` at once. */
  workJobs(lane: Lane, concurrency: number, handle: JobHandler): Promise<void>;
  /** Immediately hands back running jobs whose worker died, i.e. whose application has no lease. */
  handBackLost(isHeld: (applicationId: string) => Promise<boolean>): Promise<void>;
  /** Takes no more work, lets running jobs finish for `graceMs`, then aborts them and hands them back. */
  stop(graceMs: number): Promise<void>;
  /** @throws when the queue does not answer. */
  ping(): Promise<void>;
  /** Waiting and running jobs, for metrics. */
  depth(): Promise<{ waiting: number; running: number }>;
}
