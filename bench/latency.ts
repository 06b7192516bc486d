import type pg from 'pg';
import { connectDatabase } from '../src/database/connect.ts';
import { migrate } from '../src/database/migrate.ts';
import { withOwner } from '../src/database/owner-connection.ts';
import { makeApplication, makeProject } from '../test/support/factories.ts';
import { fakeDeps } from '../test/support/fakes.ts';
import { makePerson, type Person } from '../test/support/person.ts';
import { benchPostgres } from './support/database.ts';
import { round } from './support/table.ts';

/** How far the tables are filled before each measurement. */
const sizes = [
  { deployments: 1_000, auditRows: 10_000 },
  { deployments: 100_000, auditRows: 1_000_000 },
  { deployments: 1_000_000, auditRows: 10_000_000 },
];
const months = 12;
const runs = 100;

export interface LatencyRow {
  deployments: number;
  auditRows: number;
  command: string;
  /** Milliseconds. */
  p50: number;
  p99: number;
  /** Beside the smallest size. */
  ratio: number;
}

/** Commands through the real dispatcher and row level security; half of the deployments are the application's. */
export async function benchLatency(): Promise<LatencyRow[]> {
  await using postgres = await benchPostgres({ durable: false });
  await migrate(postgres.url);
  const database = await connectDatabase(postgres.url);
  try {
    const root = await makePerson(fakeDeps(database), 'admin');
    const project = await makeProject(database, { name: 'shop', owner: root.user });
    const api = await makeApplication(database, { name: 'api', project });
    for (let number = 0; number < 50; number += 1) await makeApplication(database, { project });
    await withOwner(postgres.url, makePastMonths);
    const rows: LatencyRow[] = [];
    let filled = { deployments: 0, auditRows: 0 };
    for (const size of sizes) {
      await withOwner(postgres.url, (client) => fill(client, filled, size, api.id, root.user.id));
      filled = size;
      for (const command of ['status shop/api', 'history shop/api', `audit --user ${root.user.username}`]) {
        const name = command.replace(root.user.username, '<user>');
        const { p50, p99 } = await measure(root, command);
        const first = rows.find((row) => row.command === name);
        rows.push({ ...size, command: name, p50, p99, ratio: round(p50 / (first?.p50 ?? p50)) });
      }
    }
    return rows;
  } finally {
    await database.close();
  }
}

export async function makePastMonths(client: pg.Client): Promise<void> {
  await client.query(`select ensure_audit_partitions(1)`);
  await client.query(`
    do $$ declare month timestamp; begin
      for month in select generate_series(
        date_trunc('month', now() at time zone 'UTC') - interval '${months} months',
        date_trunc('month', now() at time zone 'UTC') - interval '1 month', interval '1 month') loop
        execute format('create table %I partition of audit_logs for values from (%L) to (%L)',
          to_char(month, '"audit_logs_"YYYY_MM'), month at time zone 'UTC', (month + interval '1 month') at time zone 'UTC');
      end loop;
    end $$`);
}

type Size = (typeof sizes)[number];

export async function fill(client: pg.Client, from: Size, to: Size, application: string, user: string): Promise<void> {
  await client.query(
    `insert into deployments (id, application_id, triggered_by, status, metadata, started_at, completed_at)
     select gen_random_uuid(), case when n % 2 = 0 then $3::uuid else other.ids[n % 50 + 1] end, $4::uuid,
       case when n % 10 = 0 then 'failed' else 'success' end, '{"ref":"main","image":"shop/api:1"}',
       now() - n * interval '30 seconds', now() - n * interval '30 seconds'
     from generate_series($1::int + 1, $2::int) n,
       (select array_agg(id) as ids from applications where id <> $3::uuid) other`,
    [from.deployments, to.deployments, application, user],
  );
  await client.query(
    `insert into audit_logs (user_id, action, resource_type, resource_id, details, created_at)
     select case when n % 10 = 0 then $3::uuid end, 'application.deploy', 'application', $4::uuid, '{"ref":"main"}',
       now() - n * interval '3 seconds'
     from generate_series($1::int + 1, $2::int) n`,
    [from.auditRows, to.auditRows, user, application],
  );
  await client.query('vacuum analyze');
}

async function measure(person: Person, line: string): Promise<{ p50: number; p99: number }> {
  const times: number[] = [];
  for (let run = -10; run < runs; run += 1) {
    const started = performance.now();
    const reply = await person.type(line);
    if (reply.tone === 'danger') throw new Error(reply.text);
    if (run >= 0) times.push(performance.now() - started);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => round(times[Math.floor(times.length * share)] ?? Number.NaN, 1);
  return { p50: at(0.5), p99: at(0.99) };
}
