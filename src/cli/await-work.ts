import { setTimeout as delay } from 'node:timers/promises';
import type { AwaitedWork } from '../replies/reply.ts';
import { type Client, RefusedError } from './client.ts';

/** Pauses between looks grow, since each is a line like any other and restores take hours, milliseconds. */
const [firstPauseMs, longestPauseMs] = [500, 15_000];

interface Listed {
  id: string;
  status: string;
  metadata: { error?: string; drill?: { at: string; ok: boolean; compared: string; error?: string } };
}

interface Ended {
  ok: boolean;
  text: string;
}

/** Waits for the end of a backup, restore or drill. */
export async function awaitWork(client: Client, work: AwaitedWork): Promise<Ended> {
  for (let pause = firstPauseMs; ; pause = Math.min(longestPauseMs, pause * 1.5)) {
    const found = await find(client, work);
    if (!found) return { ok: false, text: `The ${work.kind} is gone: its database was deleted.` };
    const end = endOf(work, found);
    if (end) return end;
    await delay(pause);
  }
}

/** A failed restore into a new database is listed with the database that it came from. */
async function find(client: Client, { databases, id, kind }: AwaitedWork): Promise<Listed | undefined> {
  for (const name of databases) {
    try {
      const { backups, restores } = (await client.run(`db backups ${name}`)).data as Record<string, Listed[]>;
      const found = (kind === 'restore' ? restores : backups)?.find((one) => one.id === id);
      if (found) return found;
    } catch (error) {
      if (!(error instanceof RefusedError && error.status === 404)) throw error;
    }
  }
  return undefined;
}

function endOf({ kind, since }: AwaitedWork, { metadata, status }: Listed): Ended | undefined {
  if (kind === 'drill') {
    const { drill } = metadata;
    if (!drill || drill.at < since) return undefined;
    return { ok: drill.ok, text: drill.ok ? `Verified: ${drill.compared}.` : `The drill failed: ${drill.error ?? ''}` };
  }
  if (['pending', 'running', 'waiting'].includes(status)) return undefined;
  const ok = status === 'success';
  return { ok, text: ok ? `The ${kind} is complete.` : `The ${kind} is \`${status}\`: ${metadata.error ?? ''}` };
}
