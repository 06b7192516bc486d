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
import { changeOldDeployments, fillOldDeployments } from './support/old-deployments.ts';
import { round } from './support/table.ts';

const deployments = Number(process.env['BENCH_RETENTION_DEPLOYMENTS'] ?? 200_000);
const kills = 20;
/** How long others write before retention begins, milliseconds: what a busy machine takes by itself. */
const aloneMs = 30_000;
/** How long the last run may take, seconds (default: until it ends), which 10⁷ rows make an hour or more. */
const lastSeconds = Number(process.env['BENCH_RETENTION_SECONDS'] ?? Infinity);
const program = fileURLToPath(new URL('support/retain.ts', import.meta.url));

/**
 * Retention killed at random moments while somebody changes the same rows, then left to end; each log has to be in one object
 * or in its row.
 */
export async function benchRetentionKills(): Promise<object[]> {
  await using postgres = await benchPostgres();
  await migrate(postgres.url);
  const folder = await mkdtemp(join(tmpdir(), 'shipmate-bench-archive-'));
  const stopping = new AbortController();
  try {
    await withOwner(postgres.url, (client) => fillOldDeployments(client, deployments));
    const alone = await withOwner(postgres.url, (client) => changeOldDeployments(client, AbortSignal.timeout(aloneMs)));
    const writing = withOwner(postgres.url, (client) => changeOldDeployments(client, stopping.signal));
    for (let kill = 0; kill < kills; kill += 1) await retain(postgres.url, folder, Math.random() * 2_000);
    await retain(postgres.url, folder, Number.isFinite(lastSeconds) ? lastSeconds * 1_000 : undefined);
    stopping.abort();
    const longest = Math.max(...(await writing));
    const { archived, twice } = await countArchived(folderArchive(folder));
    const { kept, lines } = await withOwner(postgres.url, async (client) => {
      const { rows } = await client.query<{ kept: number; lines: number }>(
        `select count(*) filter (where logs is not null)::int as kept, (select count(*)::int from deployment_logs) as lines
         from deployments`,
      );
      return rows[0] ?? { kept: Number.NaN, lines: Number.NaN };
    });
    // A run that was killed last may have left an object whose rows still have their logs; the next one finds it.
    const lost = Math.max(0, deployments - archived - kept);
    const longestAlone = round(Math.max(...alone));
    const counts = { deployments, kills, archived, twice, lost, left: kept + lines };
    return [{ ...counts, 'longest write': round(longest), 'without retention': longestAlone }];
  } finally {
    stopping.abort();
    await rm(folder, { recursive: true, force: true });
  }
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
