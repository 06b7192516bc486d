import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';

/** Between looks, milliseconds: how exact the result is. */
const everyMs = 3;

export async function sessionOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return rows[0]?.pid ?? Number.NaN;
}

/** The longest time, milliseconds, for which a session was seen waiting for a lock without a break until the signal. */
export async function longestLockWait(client: pg.Client, session: number, signal: AbortSignal): Promise<number> {
  let longest = 0;
  let since: number | undefined;
  while (!signal.aborted) {
    const at = performance.now();
    const { rows } = await client.query<{ waits: boolean }>(
      `select wait_event_type = 'Lock' and state = 'active' as waits from pg_stat_activity where pid = $1`,
      [session],
    );
    if (rows[0]?.waits) longest = Math.max(longest, performance.now() - (since ??= at));
    else since = undefined;
    await delay(everyMs);
  }
  return longest;
}
