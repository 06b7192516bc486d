import { setTimeout as delay } from 'node:timers/promises';
import { executeSql } from '../../../database/database.ts';
import type { LogLevel } from '../../../entities/deployment-log.ts';
import type { DeploymentProgress } from '../../../entities/deployment-metadata.ts';
import { createLineRedactor } from '../../../secrets/redact.ts';
import { createSerialQueue } from '../../../serial-queue.ts';
import { changeDeployment, deploymentChannel } from '../deployment-state.ts';
import type { Deps } from '../../deps.ts';

/** How long lines are gathered before they are written together, milliseconds. */
const batchMs = 150;
/** Longer lines are cut: a minified bundle echoed by a build is of no use to a reader. */
const maxLineLength = 4_000;

interface Line {
  level: LogLevel;
  message: string;
  at: Date;
}

/** Progress of one deployment on its way into the database. */
export interface DeploymentLogger {
  line(message: string, level?: LogLevel): void;
  progress(progress: DeploymentProgress): void;
  /** Resolves when everything so far is stored. @throws what the database threw. */
  flush(): Promise<void>;
}

/**
 * Writes log lines in batches, redacted before they leave the process, and the latest progress with them.
 * A batch that could not be written stays first in line and is tried again with the next one.
 */
export function openDeploymentLog(
  deps: Pick<Deps, 'database' | 'logger'>,
  deploymentId: string,
  redact: (text: string) => string,
): DeploymentLogger {
  let lines: Line[] = [];
  let progress: DeploymentProgress | undefined;
  const writes = createSerialQueue();
  let scheduled = false;
  const redactLine = createLineRedactor(redact);

  async function write(): Promise<void> {
    const batch = lines;
    const latest = progress;
    if (batch.length === 0 && !latest) return;
    lines = [];
    progress = undefined;
    try {
      await deps.database.asSystem().transactional(async (em) => {
        if (batch.length > 0) await insertLines(em, deploymentId, batch);
        if (latest) await changeDeployment(deps, em, deploymentId, { metadata: { progress: latest } });
        else await deps.database.notify(em, deploymentChannel, deploymentId);
      });
    } catch (error) {
      lines = [...batch, ...lines];
      progress ??= latest;
      throw error;
    }
  }

  function flush(): Promise<void> {
    return writes.run(write);
  }

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    delay(batchMs, undefined, { ref: false })
      .then(() => {
        scheduled = false;
        return flush();
      })
      .catch((error: unknown) => deps.logger.warn({ err: error, deploymentId }, 'deployment log not written yet'));
  }

  return {
    line(message, level = 'info') {
      for (const text of message.split(/\r?\n|\r/)) {
        lines.push({ level, message: redactLine(text).slice(0, maxLineLength), at: new Date() });
      }
      schedule();
    },
    progress(latest) {
      progress = latest;
      schedule();
    },
    flush,
  };
}

type Manager = Parameters<typeof executeSql>[0];

/** One statement, whatever the number of lines. PostgreSQL text cannot hold NUL. */
async function insertLines(em: Manager, deploymentId: string, batch: Line[]): Promise<void> {
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
