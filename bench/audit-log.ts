import type pg from 'pg';
import { migrate } from '../src/database/migrate.ts';
import { withOwner } from '../src/database/owner-connection.ts';
import { benchPostgres } from './support/database.ts';
import { median, round } from './support/table.ts';

const rounds = 5;
const rowsPerRound = 20_000;
const monthRows = 1_000_000;
const month = ['2001-01-01', '2001-02-01'];

export interface AuditRow {
  what: string;
  partitioned: number;
  plain: number;
  unit: string;
  /** Of the partitioned table's rate to the plain one's: more is better. */
  ratio: number;
}

/** The audit log beside a plain table with the same columns, checks and indexes. */
export async function benchAuditLog(): Promise<AuditRow[]> {
  await using postgres = await benchPostgres();
  await migrate(postgres.url);
  // Awaited here: the server goes when this function ends.
  return await withOwner(postgres.url, async (client) => {
    await client.query('select ensure_audit_partitions(3)');
    await client.query(`create table audit_plain (like audit_logs including all)`);
    return [await inserts(client), await retention(client)];
  });
}

/** Rows of one statement each, as commands write them. */
async function inserts(client: pg.Client): Promise<AuditRow> {
  const rates: Record<'audit_logs' | 'audit_plain', number[]> = { audit_logs: [], audit_plain: [] };
  for (let round_ = 0; round_ < rounds; round_ += 1) {
    for (const table of ['audit_logs', 'audit_plain'] as const) {
      const seconds = await timed(() =>
        client.query(`do $$ begin for n in 1..${rowsPerRound} loop
          insert into ${table} (action, resource_type, details) values ('bench', 'user', '{"n":1}');
        end loop; end $$`),
      );
      rates[table].push(rowsPerRound / seconds);
    }
  }
  const [partitioned, plain] = [median(rates.audit_logs), median(rates.audit_plain)];
  return {
    what: 'inserts',
    partitioned: Math.round(partitioned),
    plain: Math.round(plain),
    unit: 'rows/s',
    ratio: round(partitioned / plain),
  };
}

/** Getting rid of a month: its partition is detached and dropped, beside DELETE of the same rows. */
async function retention(client: pg.Client): Promise<AuditRow> {
  await client.query(
    `create table audit_logs_2001_01 partition of audit_logs for values from ('${month.join("') to ('")}')`,
  );
  for (const table of ['audit_logs', 'audit_plain']) {
    await client.query(
      `insert into ${table} (action, resource_type, created_at)
       select 'bench', 'user', '${month[0]}'::timestamptz + n * interval '2 seconds' from generate_series(1, ${monthRows}) n`,
    );
  }
  await client.query('vacuum analyze');
  const detach = await timed(async () => {
    await client.query('alter table audit_logs detach partition audit_logs_2001_01');
    await client.query('drop table audit_logs_2001_01');
  });
  const remove = await timed(() =>
    client.query(`delete from audit_plain where created_at >= '${month[0]}' and created_at < '${month[1]}'`),
  );
  return {
    what: `retention of ${monthRows} rows`,
    partitioned: round(detach, 3),
    plain: round(remove, 3),
    unit: 's',
    ratio: round(remove / detach),
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1_000;
}
