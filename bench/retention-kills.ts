import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Archive } from '../src/archive/archive.ts';
import { folderArchive } from '../src/archive/folder.ts';
import { listManifests, readRows } from '../src/archive/row-objects.ts';
import { migrate } from '../src/database/migrate.ts';
import { withOwner } from '../src/database/owner-connection.ts';
import { benchPostgres } from './support/database.ts';
import { longestLockWait, sessionOf } from './support/longest-wait.ts';
import { changeDeployments, fillOldDeployments } from './support/old-deployments.ts';
import { round } from './support/table.ts';

const deployments = Number(process.env['BENCH_RETENTION_DEPLOYMENTS'] ?? 200_000);
const kills = 20;
/** How long others write before retention begins, milliseconds: what a busy machine takes by itself. */
const aloneMs = 30_000;
/** How long the last run may take, seconds (default: until it ends), which 10⁷ rows make an hour or more. */
const lastSeconds = Number(process.env['BENCH_RETENTION_SECONDS'] ?? Infinity);
const program = fileURLToPath(new URL('support/retain.ts', import.meta.url));

/**
 * Retention killed at random moments while somebody changes the same rows, and somebody else others of the same table, then
 * left to end; each log has to be in one object or in its row. Milliseconds that retention makes anybody wait are those of
 * the wait for a lock; what the writes of the other rows take as well, is the machine's.
 */
export async function benchRetentionKills(): Promise<object[]> {
  await using postgres = await benchPostgres();
  await migrate(postgres.url);
  const folder = await mkdtemp(join(tmpdir(), 'shipmate-bench-archive-'));
  const stopping = new AbortController();
  try {
    await withOwner(postgres.url, (client) => fillOldDeployments(client, deployments));
    const alone = await withOwner(postgres.url, (client) =>
      changeDeployments(client, 'old', AbortSignal.timeout(aloneMs)),
    );
    const writing = withWriters(postgres.url, stopping.signal);
    for (let kill = 0; kill < kills; kill += 1) await retain(postgres.url, folder, Math.random() * 2_000);
    await retain(postgres.url, folder, Number.isFinite(lastSeconds) ? lastSeconds * 1_000 : undefined);
    stopping.abort();
    const { waited, old, young } = await writing;
    const { archived, twice } = await countArchived(folderArchive(folder));
    const { kept, lines } = await withOwner(postgres.url, async (client) => {
      const { rows } = await client.query<{ kept: number; lines: number }>(
        `select count(*) filter (where logs <> 'built')::int as kept, (select count(*)::int from deployment_logs) as lines
         from deployments`,
      );
      return rows[0] ?? { kept: Number.NaN, lines: Number.NaN };
    });
    // A run that was killed last may have left an object whose rows still have their logs; the next one finds it.
    const lost = Math.max(0, deployments - archived - kept);
    const longestAlone = round(Math.max(...alone));
    const counts = { deployments, kills, archived, twice, lost, left: kept + lines };
    return [
      {
        ...counts,
        'longest wait for a lock': round(waited),
        'longest write': round(Math.max(...old)),
        'of other rows': round(Math.max(...young)),
        'without retention': longestAlone,
      },
    ];
  } finally {
    stopping.abort();
    await rm(folder, { recursive: true, force: true });
  }
}

function withWriters(url: string, signal: AbortSignal): Promise<{ old: number[]; young: number[]; waited: number }> {
  return withOwner(url, (one) =>
    withOwner(url, (other) =>
      withOwner(url, async (watching) => {
        const session = await sessionOf(one);
        const [old, young, waited] = await Promise.all([
          changeDeployments(one, 'old', signal),
          changeDeployments(other, 'young', signal),
          longestLockWait(watching, session, signal),
        ]);
        return { old, young, waited };
      }),
    ),
  );
}

async function retain(url: string, folder: string, killedAfterMs?: number): Promise<void> {
  const child = spawn(process.execPath, [...process.execArgv, program, url, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  await once(child.stdout, 'data');
  if (killedAfterMs !== undefined) {
    await delay(killedAfterMs);
    child.kill('SIGKILL');
  }
  const [code] = (await ended) as [number | null];
  if (killedAfterMs === undefined && code !== 0) throw new Error(`retention ended with ${code}`);
}

async function countArchived(archive: Archive): Promise<{ archived: number; twice: number }> {
  const seen = new Set<string>();
  let twice = 0;
  for (const { object } of await listManifests(archive, 'deployments/')) {
    for await (const { id } of readRows<{ id: string }>(archive, object)) {
      if (seen.has(id)) twice += 1;
      seen.add(id);
    }
  }
  return { archived: seen.size, twice };
}
