import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderArchive } from '../src/archive/folder.ts';
import { connectDatabase } from '../src/database/connect.ts';
import { migrate } from '../src/database/migrate.ts';
import { withOwner } from '../src/database/owner-connection.ts';
import type { Deps } from '../src/usecases/deps.ts';
import { archiveDeployments } from '../src/usecases/retention/archive-deployments.ts';
import { deleteDeploymentLogs } from '../src/usecases/retention/delete-deployment-logs.ts';
import type { RetentionRun } from '../src/usecases/retention/retention-run.ts';
import { fakeDeps } from '../test/support/fakes.ts';
import { benchPostgres } from './support/database.ts';
import { changeDeployments, fillOldDeployments } from './support/old-deployments.ts';
import { median, round } from './support/table.ts';

/** Old deployments. */
const deployments = Number(process.env['BENCH_RETENTION_DEPLOYMENTS'] ?? 1_000_000);
/** Rows the naive way is tried with. */
const naiveRows = Math.ceil(deployments / 10);

interface RetentionRow {
  what: string;
  rows: number;
  'rows/s': number;
  /** Milliseconds that the slowest of the writes took which went on meanwhile, and the usual one. */
  'longest write': number;
  'usual write': number;
  /** Of the longest write to the naive way's. */
  ratio: number;
}

/** Retention while somebody else changes the very rows it takes, beside one statement for all of them. */
export async function benchRetention(): Promise<RetentionRow[]> {
  await using postgres = await benchPostgres();
  await migrate(postgres.url);
  const folder = await mkdtemp(join(tmpdir(), 'shipmate-bench-archive-'));
  const database = await connectDatabase(postgres.url);
  const deps: Deps = { ...fakeDeps(database), archive: folderArchive(folder) };
  const run: RetentionRun = { deps, now: new Date(), dryRun: false, signal: new AbortController().signal };
  try {
    await withOwner(postgres.url, (client) => fillOldDeployments(client, deployments, naiveRows));
    const naive = await watched(postgres.url, 'one UPDATE', naiveRows, () =>
      withOwner(postgres.url, (client) =>
        client.query(`update deployments set logs = null where commit_sha = 'naive'`),
      ),
    );
    const archived = await watched(postgres.url, 'logs archived', deployments, () => archiveDeployments(run));
    const deleted = await watched(postgres.url, 'live log lines deleted', deployments, () => deleteDeploymentLogs(run));
    return [naive, archived, deleted].map((row) => ({
      ...row,
      ratio: round(row['longest write'] / naive['longest write'], 3),
    }));
  } finally {
    await database.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function watched(
  url: string,
  what: string,
  rows: number,
  work: () => Promise<unknown>,
): Promise<Omit<RetentionRow, 'ratio'>> {
  const stopping = new AbortController();
  const writing = withOwner(url, (client) => changeDeployments(client, 'old', stopping.signal));
  const started = performance.now();
  try {
    await work();
  } finally {
    stopping.abort();
  }
  const seconds = (performance.now() - started) / 1_000;
  const times = await writing;
  return {
    what,
    rows,
    'rows/s': Math.round(rows / seconds),
    'longest write': Math.round(Math.max(...times)),
    'usual write': round(median(times)),
  };
}
