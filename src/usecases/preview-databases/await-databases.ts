import { setTimeout as delay } from 'node:timers/promises';
import { executeSql } from '../../database/database.ts';
import type { Application } from '../../entities/application.ts';
import type { Deps } from '../deps.ts';

const pollMs = 1_000;

interface State {
  name: string;
  status: string;
  status_reason: string | null;
  /** Of its restore; null when it begins empty. */
  restore: string | null;
  error: string | null;
}

/** Waits until the databases of a preview run and have their data. @returns why they never will. */
export async function awaitPreviewDatabases(
  deps: Pick<Deps, 'database'>,
  { id }: Pick<Application, 'id'>,
  signal: AbortSignal,
): Promise<string | undefined> {
  for (;;) {
    const states = await readStates(deps, id);
    for (const { error, name, restore, status, status_reason: reason } of states) {
      if (status === 'failed' || status === 'stopped')
        return `\`${name}\` is \`${status}\`: ${reason ?? 'it did not start'}`;
      if (restore === 'failed')
        return `the backup was not restored into \`${name}\`: ${error ?? 'the reason is unknown'}`;
    }
    if (states.every(({ restore, status }) => status === 'running' && (restore ?? 'success') === 'success')) return;
    await delay(pollMs, undefined, { signal });
  }
}

async function readStates({ database }: Pick<Deps, 'database'>, variant: string): Promise<State[]> {
  const { rows } = await executeSql<State>(
    database.asSystem(),
    `select p.name || '/' || d.name as name, d.status, d.status_reason, r.status as restore, r.metadata ->> 'error' as error
     from databases d join projects p on p.id = d.project_id left join restores r on r.database_id = d.id
     where d.variant_id = $1 order by d.name`,
    [variant],
  );
  return rows;
}
