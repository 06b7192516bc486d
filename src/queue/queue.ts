import type { EntityManager } from '../database/database.ts';

export interface DeploymentWorker {
  /** Runs the newest pending deployment of the application. `signal` aborts when the process has to stop. */
  run(applicationId: string, signal: AbortSignal): Promise<void>;
}

/** Background work in PostgreSQL. At most one job per application runs and one waits. */
export interface Queue {
  /** Creates or updates the queue's own schema and lets the application's roles use it. */
  start(): Promise<void>;
  /** Enqueues inside the caller's transaction. Does nothing when a job of the application already waits. */
  enqueueDeployment(em: EntityManager, applicationId: string): Promise<void>;
  /** Begins to take jobs, `concurrency` at once. */
  work(worker: DeploymentWorker, concurrency: number): Promise<void>;
  /** Enqueues a scheduled job; a second call with the same key does nothing, even after the job has ended. */
  enqueueJob(name: string, key: string): Promise<void>;
  /** Begins to take scheduled jobs, one at a time. */
  workJobs(handle: (name: string, signal: AbortSignal) => Promise<void>): Promise<void>;
  /** Hands back at once the running jobs whose worker died: those whose application nobody holds a lease on. */
  handBackLost(isHeld: (applicationId: string) => Promise<boolean>): Promise<void>;
  /** Takes no more work, lets running jobs finish for `graceSeconds`, then aborts them and hands them back. */
  stop(graceSeconds: number): Promise<void>;
  /** @throws when the queue does not answer. */
  ping(): Promise<void>;
  /** Waiting and running jobs, for metrics. */
  depth(): Promise<{ waiting: number; running: number }>;
}
