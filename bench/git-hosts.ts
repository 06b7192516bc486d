import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { connectDatabase } from '../src/database/connect.ts';
import { migrate } from '../src/database/migrate.ts';
import { withOwner } from '../src/database/owner-connection.ts';
import { gitProviders } from '../src/entities/git-provider.ts';
import { findDue } from '../src/usecases/commit-statuses/report-commit-status.ts';
import { makeApplication } from '../test/support/factories.ts';
import { benchPostgres } from './support/database.ts';
import { round } from './support/table.ts';

const applications = 10_000;
const deployments = 1_000_000;
const runs = 50;

export interface GitHostsRow {
  what: string;
  /** Milliseconds: to load a client library the first time, or of one look for what is to be reported. */
  p50: number;
  p99: number;
  /** Resident memory that it adds to a bare process, megabytes. */
  megabytes: number | null;
}

/** What commit statuses cost: the libraries of the hosts that are used, and the look for what is unreported. */
export async function benchGitHosts(): Promise<GitHostsRow[]> {
  const rows: GitHostsRow[] = [];
  for (const provider of gitProviders) rows.push(await weigh(provider));
  return [...rows, ...(await benchLook())];
}

/** The first TypeScript module loads what strips its types; that is nobody's library. */
const probe = `
  await import(process.argv[2]);
  gc();
  const before = process.memoryUsage.rss();
  const started = performance.now();
  await import(process.argv[1]);
  const ms = performance.now() - started;
  gc();
  console.log(JSON.stringify({ ms, megabytes: (process.memoryUsage.rss() - before) / 1e6 }));
`;

async function weigh(provider: string): Promise<GitHostsRow> {
  const module = new URL(`../src/git-hosts/${provider}/api.ts`, import.meta.url).href;
  const plain = new URL('../src/git-hosts/adapter.ts', import.meta.url).href;
  const measured: { ms: number; megabytes: number }[] = [];
  for (let run = 0; run < 5; run += 1) {
    const args = ['--expose-gc', '--no-warnings', '--input-type=module', '--eval', probe, module, plain];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    measured.push(JSON.parse(stdout) as { ms: number; megabytes: number });
  }
  const times = measured.map(({ ms }) => ms);
  return { what: `load ${provider}`, ...spread(times), megabytes: spread(measured.map((one) => one.megabytes)).p50 };
}

async function benchLook(): Promise<GitHostsRow[]> {
  await using postgres = await benchPostgres({ durable: false });
  await migrate(postgres.url);
  const database = await connectDatabase(postgres.url);
  try {
    const { project } = await makeApplication(database);
    await withOwner(postgres.url, async (client) => {
      await client.query(
        `insert into applications (id, project_id, name, type, source_type)
         select gen_random_uuid(), $1, 'app-' || n, 'git', 'github' from generate_series(1, ${applications}) n`,
        [project.id],
      );
      await client.query(
        `insert into git_sources (id, application_id, provider, repository, branch, webhook_config)
         select gen_random_uuid(), id, 'github', 'acme/' || name, 'main', '{"status_token":"v1.x"}' from applications`,
      );
      await client.query(
        `insert into deployments (id, application_id, status, commit_sha, metadata, started_at, completed_at)
         select gen_random_uuid(), ids[n % ${applications} + 1], 'success', md5(n::text) || '00000000',
           '{"commit_status":{"state":"success"}}', now() - n * interval '60 seconds', now() - n * interval '60 seconds'
         from generate_series(1, ${deployments}) n, (select array_agg(id) as ids from applications) all_of_them`,
      );
      await client.query('vacuum analyze');
    });
    const [newest] = await database.querySystem<{ id: string }>('select id from deployments limit 1', []);
    const look = (ids?: string[]) => timed(() => findDue({ database }, ids));
    return [
      { what: 'look at all of 1,000,000 deployments', ...(await look()), megabytes: null },
      { what: 'look at one that changed', ...(await look([newest?.id ?? ''])), megabytes: null },
    ];
  } finally {
    await database.close();
  }
}

async function timed(work: () => Promise<unknown>): Promise<{ p50: number; p99: number }> {
  const times: number[] = [];
  for (let run = -5; run < runs; run += 1) {
    const started = performance.now();
    await work();
    if (run >= 0) times.push(performance.now() - started);
  }
  return spread(times);
}

function spread(values: number[]): { p50: number; p99: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => round(sorted[Math.floor(sorted.length * share)] ?? Number.NaN, 1);
  return { p50: at(0.5), p99: at(0.99) };
}

if (import.meta.main) console.table(await benchGitHosts());
