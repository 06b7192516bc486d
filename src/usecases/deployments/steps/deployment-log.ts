import { setTimeout as delay } from 'node:timers/promises';
import { executeSql } from '../../../database/database.ts';
import type { LogLevel } from '../../../entities/deployment-log.ts';
import type { DeploymentProgress } from '../../../entities/deployment-metadata.ts';
import { createLineRedactor } from '../../../secrets/redact-lines.ts';
import type { Redactor } from '../../../secrets/redact.ts';
import { createSerialQueue } from '../../../serial-queue.ts';
import { changeDeployment, deploymentChannel } from '../deployment-state.ts';
import type { Deps } from '../../deps.ts';
import { type LogLine, openBudget, sizeOf } from './log-budget.ts';

/** How long lines are collected before a batch is written, milliseconds. */
const batchMs = 150;
/** Until output that waits for room is tried to be stored again, milliseconds. */
const retryMs = 1_000;
/** Longer lines are cut: a minified bundle echoed by a build is of no use to a reader. Characters. */
export const maxLineLength = 4_000;
/** Written in one statement, and what may wait before a program that prints has to, bytes. */
const batchBytes = 256 * 1024;

/** Writes the log and progress of one deployment to the database. */
export interface DeploymentLogger {
  /** What Shipmate has to say. */
  line(message: string, level?: LogLevel): void;
  /**
   * What a program prints. When more waits than fits into memory, a promise that resolves once there is room, or
   * `signal` aborts; whoever reads the program reads no further until then.
   * @param about `time` as the Engine says, stored as `printed_until` with the line (default: nothing is).
   */
  output(
    text: string,
    signal: AbortSignal,
    about?: { level?: LogLevel; time?: string | undefined },
  ): Promise<void> | undefined;
  progress(progress: DeploymentProgress): void;
  /** Forgets progress that is not stored yet, and waits for what is being stored: a later phase is not to be overwritten. */
  dropProgress(): Promise<void>;
  /** Resolves when everything so far is stored. @throws the database's error. */
  flush(): Promise<void>;
}

/**
 * Writes log lines in batches, redacted before they leave the process, and the latest progress with them.
 * A batch that could not be written stays first in line and is tried again with the next one. What programs print is
 * kept within `logLimits`.
 * @param stored Bytes that the log of the deployment has already.
 */
export function openDeploymentLog(
  deps: Pick<Deps, 'database' | 'logger'>,
  deploymentId: string,
  redact: Redactor,
  stored = 0,
): DeploymentLogger {
  let lines: LogLine[] = [];
  let waitingBytes = 0;
  let progress: DeploymentProgress | undefined;
  const writes = createSerialQueue();
  let scheduled = false;
  const redactor = createLineRedactor<Origin>(redact, maxLineLength);
  const budget = openBudget(stored);

  function store(kept: LogLine[]): void {
    for (const line of kept) {
      lines.push(line);
      waitingBytes += sizeOf(line);
    }
  }

  function pass(certain: { text: string; about: Origin }[]): void {
    for (const { about, text } of certain) {
      const line = { level: about.level, message: text, at: about.at, time: about.time };
      store(about.printed ? budget.output(line) : budget.own(line));
    }
  }

  function add(text: string, about: Origin): void {
    for (const line of text.split(/\r?\n|\r/)) pass(redactor.add(line, about));
    schedule();
  }

  async function write(): Promise<void> {
    do await writeBatch();
    while (lines.length > 0);
  }

  async function writeBatch(): Promise<void> {
    const batch = takeBatch();
    const latest = progress;
    const until = batch.findLast(({ time }) => time !== undefined)?.time;
    const metadata = { ...(latest && { progress: latest }), ...(until !== undefined && { printed_until: until }) };
    const isNews = Object.keys(metadata).length > 0;
    if (batch.length === 0 && !isNews) return;
    progress = undefined;
    try {
      await deps.database.asSystem().transactional(async (em) => {
        if (batch.length > 0) await insertLines(em, deploymentId, batch);
        if (isNews) await changeDeployment(deps, em, deploymentId, { metadata });
        else await deps.database.notify(em, deploymentChannel, deploymentId);
      });
    } catch (error) {
      lines = [...batch, ...lines];
      progress ??= latest;
      throw error;
    }
    for (const line of batch) waitingBytes -= sizeOf(line);
  }

  function takeBatch(): LogLine[] {
    let bytes = 0;
    const end = lines.findIndex((line) => (bytes += sizeOf(line)) > batchBytes);
    return lines.splice(0, end === -1 ? lines.length : Math.max(end, 1));
  }

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    delay(batchMs, undefined, { ref: false })
      .then(() => {
        scheduled = false;
        pass(redactor.pause());
        return writes.run(write);
      })
      .catch((error: unknown) =>
        deps.logger.warn({ err: error, deploymentId }, 'could not write the deployment log yet'),
      );
  }

  async function makeRoom(signal: AbortSignal): Promise<void> {
    while (waitingBytes > batchBytes && !signal.aborted) {
      try {
        await writes.run(write);
      } catch (error) {
        deps.logger.warn({ err: error, deploymentId }, 'output waits until the deployment log can be written');
        await delay(retryMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  return {
    line(message, level = 'info') {
      add(message, { level, at: new Date(), printed: false });
    },
    output(text, signal, { level = 'info', time } = {}) {
      add(text, { level, at: new Date(), printed: true, time });
      return waitingBytes > batchBytes ? makeRoom(signal) : undefined;
    },
    progress(latest) {
      progress = latest;
      schedule();
    },
    async dropProgress() {
      progress = undefined;
      await writes.idle();
      // A write that failed meanwhile has put it back.
      progress = undefined;
    },
    flush() {
      pass(redactor.end());
      store(budget.release());
      return writes.run(write);
    },
  };
}

/** What is known about a line before it is redacted. */
interface Origin {
  level: LogLevel;
  at: Date;
  /** By a program, and not by Shipmate. */
  printed: boolean;
  time?: string | undefined;
}

/** Bytes of what is stored, as the budget counts them. */
export async function storedBytes(deps: Pick<Deps, 'database'>, deploymentId: string): Promise<number> {
  const { rows } = await executeSql<{ bytes: string }>(
    deps.database.asSystem(),
    'select coalesce(sum(octet_length(message) + 1), 0) as bytes from deployment_logs where deployment_id = $1',
    [deploymentId],
  );
  return Number(rows[0]?.bytes ?? 0);
}

type Manager = Parameters<typeof executeSql>[0];

/** One statement, whatever the number of lines. PostgreSQL text cannot hold NUL. */
async function insertLines(em: Manager, deploymentId: string, batch: LogLine[]): Promise<void> {
  await executeSql(
    em,
    `insert into deployment_logs (deployment_id, level, message, created_at)
     select $1, level, message, created_at
     from unnest($2::text[], $3::text[], $4::timestamptz[]) with ordinality as line (level, message, created_at, position)
     order by position`,
    [
      deploymentId,
      batch.map((line) => line.level),
      batch.map((line) => line.message.replaceAll('\0', '')),
      batch.map((line) => line.at.toISOString()),
    ],
  );
}
