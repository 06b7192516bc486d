import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
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
import { median, round } from './support/table.ts';

/** Old deployments, each with a log of 20 lines (1.3 kB) and one line of the live log. */
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
    await withOwner(postgres.url, (client) => fill(client));
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

async function fill(client: pg.Client): Promise<void> {
  await client.query(`
    insert into users (id, username, email, preferences) values (gen_random_uuid(), 'ada', 'a@b.example', '{"sso":"x"}');
    insert into projects (id, name, owner_id) select gen_random_uuid(), 'shop', id from users;
    insert into applications (id, project_id, name, type, source_type)
      select gen_random_uuid(), id, 'api', 'docker', 'docker' from projects;
    alter table deployments disable trigger user`);
  await client.query(
    `insert into deployments (id, application_id, status, commit_sha, completed_at, started_at, metadata, logs)
     select gen_random_uuid(), a.id, 'success', case when n > $1 then 'naive' end, at, at, '{"trigger":"push"}',
       (select string_agg(md5(n::text || line) || ' Step ' || line || ' of 20: RUN npm ci', E'\\n')
        from generate_series(1, 20) line)
     from applications a, generate_series(1, $1::int + $2::int) n,
       lateral (select now() - interval '1 year' + n * interval '1 s' as at) times`,
    [deployments, naiveRows],
  );
  await client.query(
    `insert into deployment_logs (deployment_id, level, message, created_at)
     select id, 'info', 'Step 1 of 20: RUN npm ci', completed_at from deployments where commit_sha is null
     order by completed_at`,
  );
  await client.query('alter table deployments enable trigger user');
  await client.query('vacuum analyze');
}

async function watched(
  url: string,
  what: string,
  rows: number,
  work: () => Promise<unknown>,
): Promise<Omit<RetentionRow, 'ratio'>> {
  const stopping = new AbortController();
  const writing = withOwner(url, (client) => write(client, stopping.signal));
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

/** Changes old deployments, one after the other, and returns how long each took, milliseconds. */
async function write(client: pg.Client, signal: AbortSignal): Promise<number[]> {
  const { rows } = await client.query<{ id: string }>('select id from deployments order by random() limit 20000');
  const times: number[] = [];
  for (let at = 0; !signal.aborted || times.length === 0; at += 1) {
    const started = performance.now();
    await client.query(`update deployments set metadata = metadata || '{"seen":1}' where id = $1`, [
      rows[at % rows.length]?.id,
    ]);
    times.push(performance.now() - started);
    await delay(2);
  }
  return times;
}
