import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { formatDuration } from '../units/durations.ts';
import { connectionOptions, serverName } from './database-url.ts';
import { isConnectionAway } from './is-away.ts';

/** Pause between two tries, milliseconds. */
const pauseMs = 1_000;
/** Codes that say that there is a server, which refuses: no connections left, a standby. */
const refusals = ['53300', '25006'];

export interface AwaitOptions {
  /** How long it is waited for, milliseconds. */
  limitMs: number;
  /** Ends the wait at once. */
  signal: AbortSignal;
  /** Is told once, before the wait. */
  tell(sentence: string): void;
}

/**
 * Waits for a server that starts, perhaps at the same time as Shipmate. Returns when there is an answer of any kind, or
 * the time is over: whoever connects next says what is wrong.
 */
export async function awaitDatabase(databaseUrl: string, { limitMs, signal, tell }: AwaitOptions): Promise<void> {
  const until = performance.now() + limitMs;
  let told = false;
  while (!signal.aborted) {
    const error = await connectError(databaseUrl);
    if (!mayComeUp(error) || performance.now() >= until) return;
    if (!told)
      tell(
        `PostgreSQL at ${serverName(databaseUrl)} does not answer yet: ${reasonOf(error)}. ` +
          `Waiting up to ${formatDuration(limitMs)} for it; check DATABASE_URL if it should be there.`,
      );
    told = true;
    await delay(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}

/** What a connection met; undefined when it was made. */
async function connectError(databaseUrl: string): Promise<unknown> {
  const client = new pg.Client({ ...connectionOptions(databaseUrl), application_name: 'shipmate-start' });
  // One that breaks right after was there.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return undefined;
  } catch (error) {
    return error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function mayComeUp(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return error !== undefined && isConnectionAway(error) && !refusals.includes(String(code));
}

/** An `AggregateError` (every address refused) has no message of its own. */
function reasonOf(error: unknown): string {
  const { errors, message } = error as { errors?: unknown[]; message?: string };
  return message || (errors?.[0] instanceof Error ? errors[0].message : 'no answer');
}
