import { setTimeout as delay } from 'node:timers/promises';
import { UnavailableError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { formatDuration } from '../units/durations.ts';
import type { Cluster } from './cluster.ts';
import { lastLogLines, runningPostmaster, startOnce } from './postmaster.ts';

/** How often the server's process is looked at, milliseconds. */
const lookMs = 1_000;
/** Pauses before the attempts to start it again, milliseconds; the last one repeats. */
const pauses = [0, 1_000, 2_000, 5_000, 10_000, 30_000];

export interface KeepRunningOptions {
  logger: Logger;
  /** How long a server that ended is started again, milliseconds. */
  limitMs: number;
}

export interface KeptServer {
  /** Resolves when the server ended and could not be started again within the limit, with what to tell. */
  lost: Promise<UnavailableError>;
  /** Starts it no more. */
  stop(): Promise<void>;
}

/**
 * Starts an embedded server again, on the same port, whenever it has ended: killed for its memory, or because its disk
 * was full. A server that recovers from a crash is waited for without a limit.
 */
export function keepRunning(cluster: Cluster, port: number, { logger, limitMs }: KeepRunningOptions): KeptServer {
  const stopping = new AbortController();
  const { signal } = stopping;
  const lost = Promise.withResolvers<UnavailableError>();

  async function watch(): Promise<void> {
    while (!signal.aborted) {
      await pause(lookMs);
      if (signal.aborted || (await runningPostmaster(cluster).catch(() => undefined))) continue;
      if (!(await startAgain())) return;
    }
  }

  async function startAgain(): Promise<boolean> {
    const until = performance.now() + limitMs;
    for (let attempt = 1; !signal.aborted; attempt += 1) {
      const said = await whatItSaid();
      logger.error({ attempt, said }, 'the embedded PostgreSQL has ended and is started again');
      await pause(Math.min(pauseBefore(attempt), Math.max(0, until - performance.now())));
      if (signal.aborted) break;
      if (await starts()) {
        logger.warn({ attempt }, 'the embedded PostgreSQL runs again');
        return true;
      }
      if (performance.now() >= until) {
        lost.resolve(await notRestarted());
        return false;
      }
    }
    return false;
  }

  async function starts(): Promise<boolean> {
    try {
      return await startOnce(cluster, port, signal);
    } catch (error) {
      logger.error({ err: error }, 'the embedded PostgreSQL could not be started');
      return false;
    }
  }

  async function notRestarted(): Promise<UnavailableError> {
    return new UnavailableError(
      `The embedded PostgreSQL ended and did not start again within ${formatDuration(limitMs)}. Its last log lines: ` +
        `${await whatItSaid()} (full log: ${cluster.log})`,
    );
  }

  async function whatItSaid(): Promise<string> {
    return lastLogLines(cluster).catch((error: Error) => error.message);
  }

  async function pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal, ref: false }).catch(() => undefined);
  }

  const watching = watch();
  return {
    lost: lost.promise,
    async stop() {
      stopping.abort();
      await watching;
    },
  };
}

function pauseBefore(attempt: number): number {
  return pauses[Math.min(attempt, pauses.length) - 1] ?? 0;
}
