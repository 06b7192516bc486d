import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';

/** So many different logs; each deployment's own begins with a line that no other has. */
const logs = 1_000;
/** So many that ended just now, which nobody retires. */
const young = 20_000;

/**
 * An application with old deployments, one each second of the past year, each with a log of 20 lines (1.3 kB) and, but
 * for the first `naive` ones, one line of the live log.
 */
export async function fillOldDeployments(client: pg.Client, count: number, naive = 0): Promise<void> {
  await client.query(`
    insert into users (id, username, email, preferences) values (gen_random_uuid(), 'ada', 'a@b.example', '{"sso":"x"}');
    insert into projects (id, name, owner_id) select gen_random_uuid(), 'shop', id from users;
    insert into applications (id, project_id, name, type, source_type)
      select gen_random_uuid(), id, 'api', 'docker', 'docker' from projects;
    create temporary table texts as select number, (
      select string_agg(md5(number::text || line) || ' Step ' || line || ' of 20: RUN npm ci', E'\\n')
      from generate_series(1, 20) line) as log
    from generate_series(0, ${logs - 1}) number;
    alter table texts add primary key (number)`);
  const restored = await withoutChecks(client);
  await client.query(
    `insert into deployments (id, application_id, status, commit_sha, completed_at, started_at, metadata, logs)
     select gen_random_uuid(), a.id, 'success', case when n <= $2 then 'naive' end, at, at, '{"trigger":"push"}',
       (select md5(n::text) || substr(log, 33) from texts where number = n % ${logs})
     from applications a, generate_series(1, $1::int + $2::int) n,
       lateral (select now() - interval '1 year' + n * interval '1 s' as at) times`,
    [count, naive],
  );
  await client.query(
    `insert into deployments (id, application_id, status, completed_at, started_at, metadata, logs)
     select gen_random_uuid(), a.id, 'success', now(), now(), '{"trigger":"push"}', 'built'
     from applications a, generate_series(1, ${young})`,
  );
  // The table has them in the order of time.
  await client.query(
    `insert into deployment_logs (deployment_id, level, message, created_at)
     select id, 'info', 'Step 1 of 20: RUN npm ci', completed_at from deployments where commit_sha is null and logs <> 'built'`,
  );
  await restored();
  await client.query('vacuum analyze');
}

/** Until the returned function is called, rows are only written: what looks at each of them is made at the end, at once. */
async function withoutChecks(client: pg.Client): Promise<() => Promise<void>> {
  const { rows } = await client.query<{ gone: string; again: string }>(`
    select format('alter table %s drop constraint %I', conrelid::regclass, conname) as gone,
      format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as again, 1 as place
    from pg_constraint where contype = 'f' and conparentid = 0 and confrelid = 'deployments'::regclass
    union all
    select format('alter table deployments drop constraint %I', conname),
      format('alter table deployments add constraint %I %s', conname, pg_get_constraintdef(oid)), 2
    from pg_constraint where contype = 'p' and conrelid = 'deployments'::regclass
    union all
    select format('drop index %s', indexrelid::regclass), replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON '), 3
    from pg_index where indrelid in ('deployments'::regclass, 'deployment_logs'::regclass)
      and not exists (select from pg_constraint where conindid = indexrelid)
    order by place`);
  await client.query(`set session_replication_role = replica; set maintenance_work_mem = '512MB'`);
  for (const { gone } of rows) await client.query(gone);
  return async () => {
    for (const { again } of rows.toReversed()) await client.query(again);
    await client.query('reset session_replication_role; reset maintenance_work_mem');
  };
}

/**
 * Changes deployments, one after the other, and returns how long each took, milliseconds.
 * @param which `old`: those that come next to be retired; `young`: those that nobody retires, so that what it takes is the
 * machine's.
 */
export async function changeDeployments(
  client: pg.Client,
  which: 'old' | 'young',
  signal: AbortSignal,
): Promise<number[]> {
  const times: number[] = [];
  let ids = which === 'old' ? [] : await someIds(client);
  let first = '-infinity';
  for (let at = 0; !signal.aborted || times.length === 0; at += 1) {
    if (which === 'old' && at % looksAgain === 0) {
      const next = await oldIds(client, first);
      first = next.first ?? first;
      if (next.ids.length > 0) ids = next.ids;
      else if (ids.length === 0) ids = await someIds(client);
    }
    const started = performance.now();
    await client.query(`update deployments set metadata = metadata || '{"seen":1}' where id = $1`, [
      ids[Math.floor(Math.random() * ids.length)],
    ]);
    times.push(performance.now() - started);
    await delay(2);
  }
  return times;
}

/** After so many changes it is looked up what has been retired meanwhile. */
const looksAgain = 50;
/** Two objects of the archive. */
const ahead = 1_000;

async function oldIds(client: pg.Client, since: string): Promise<{ ids: string[]; first: string | undefined }> {
  const { rows } = await client.query<{ id: string; completed: string }>(
    `select id, completed_at::text as completed from deployments
     where logs is not null and completed_at >= $1 and completed_at < now() - interval '1 day'
     order by completed_at, id limit ${ahead}`,
    [since],
  );
  return { ids: rows.map(({ id }) => id), first: rows[0]?.completed };
}

async function someIds(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `select id from deployments where completed_at > now() - interval '1 day' limit ${young}`,
  );
  return rows.map(({ id }) => id);
}
