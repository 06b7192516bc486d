import { GitHostError } from '../../git-hosts/api.ts';
import { createSerialQueue } from '../../serial-queue.ts';
import { deploymentChannel } from './deployment-state.ts';
import type { Deps } from '../deps.ts';
import { ifFree } from '../wait-for-lease.ts';

/** Longest pause between retries when the host does not specify one, milliseconds. */
const longestPauseMs = 60_000;
/** NOTIFYs within this time are handled together, milliseconds. */
const gatherMs = 200;

export interface DeploymentWatch {
  start(): Promise<void>;
  /** Waits for work in progress to finish. */
  stop(): Promise<void>;
}

export interface WatchOptions {
  /** Interval of full checks, independent of NOTIFYs, milliseconds. */
  pollMs?: number;
  /** Pause after the first failure, milliseconds (default 1 000); doubles. */
  firstRetryMs?: number;
}

/** A deployment that needs a call to its git host. */
export interface Due {
  id: string;
  /** Id of its git source. Rate limits are per token, so one failure pauses everything of the same source. */
  source: string;
}

interface Task<T extends Due> {
  /** Name in log lines. */
  name: string;
  /** Due rows among `ids`, or all. */
  find(ids: string[] | undefined): Promise<T[]>;
  /** Name of the lease under which it is handled. */
  lease(due: T): string;
  /** Throws to be retried. Looks again under the lease: another replica may have been quicker. */
  handle(due: T): Promise<void>;
  /** What is still done, without asking the host, while it is left alone because of `cause`. */
  whilePaused?(due: T, cause: unknown): Promise<void>;
}

/** Runs a task for every due deployment, soon after a change, and retries until it is done. */
export function watchDeployments<T extends Due>(
  deps: Pick<Deps, 'database' | 'leases' | 'logger'>,
  task: Task<T>,
  { firstRetryMs = 1_000, pollMs = 5_000 }: WatchOptions,
): DeploymentWatch {
  const changed = new Set<string>();
  const pauses = new Map<string, { until: number; nextMs: number; cause: unknown }>();
  let stopListening: (() => Promise<void>) | undefined;
  let gather: NodeJS.Timeout | undefined;
  let poll: NodeJS.Timeout | undefined;
  const looks = createSerialQueue();
  let everything = true;
  let queued = false;
  let stopped = false;

  function request(): void {
    if (queued || stopped) return;
    queued = true;
    looks.run(look).catch((error: unknown) => {
      deps.logger.warn({ err: error }, `${task.name}: could not check`);
    });
  }

  function touch(id: string): void {
    changed.add(id);
    gather ??= setTimeout(() => {
      gather = undefined;
      request();
    }, gatherMs);
  }

  async function look(): Promise<void> {
    queued = false;
    const ids = everything ? undefined : [...changed];
    everything = false;
    changed.clear();
    const bySource = Map.groupBy(await task.find(ids), ({ source }) => source);
    await Promise.all([...bySource].map(([source, due]) => attemptAll(source, due)));
  }

  /** One after another; the first that fails pauses the rest. */
  async function attemptAll(source: string, all: T[]): Promise<void> {
    for (const due of all) {
      if (stopped) return;
      const pause = pauses.get(source);
      if (!pause || pause.until <= performance.now()) await attempt(due);
      else await task.whilePaused?.(due, pause.cause);
    }
  }

  async function attempt(due: T): Promise<void> {
    const { source } = due;
    try {
      await ifFree(deps, task.lease(due), () => task.handle(due));
      pauses.delete(source);
    } catch (error) {
      const asked = error instanceof GitHostError ? error.retryAfterMs : undefined;
      const nextMs = pauses.get(source)?.nextMs ?? firstRetryMs;
      const waitMs = asked ?? nextMs;
      const until = performance.now() + waitMs;
      pauses.set(source, { until, nextMs: Math.min(longestPauseMs, nextMs * 2), cause: error });
      deps.logger.warn({ err: error, deploymentId: due.id, waitMs }, `${task.name}: failed, will retry`);
    }
  }

  return {
    async start() {
      stopListening = await deps.database.listen(deploymentChannel, touch);
      request();
      poll = setInterval(() => {
        everything = true;
        request();
      }, pollMs);
    },
    async stop() {
      stopped = true;
      clearInterval(poll);
      clearTimeout(gather);
      await stopListening?.();
      await looks.idle();
    },
  };
}
