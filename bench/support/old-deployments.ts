import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';

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
    alter table deployments disable trigger user`);
  await client.query(
    `insert into deployments (id, application_id, status, commit_sha, completed_at, started_at, metadata, logs)
     select gen_random_uuid(), a.id, 'success', case when n <= $2 then 'naive' end, at, at, '{"trigger":"push"}',
       (select string_agg(md5(n::text || line) || ' Step ' || line || ' of 20: RUN npm ci', E'\\n')
        from generate_series(1, 20) line)
     from applications a, generate_series(1, $1::int + $2::int) n,
       lateral (select now() - interval '1 year' + n * interval '1 s' as at) times`,
    [count, naive],
  );
  await client.query(
    `insert into deployment_logs (deployment_id, level, message, created_at)
     select id, 'info', 'Step 1 of 20: RUN npm ci', completed_at from deployments where commit_sha is null
     order by completed_at`,
  );
  await client.query('alter table deployments enable trigger user');
  await client.query('vacuum analyze');
}

/** Changes old deployments, one after the other, and returns how long each took, milliseconds. */
export async function changeOldDeployments(client: pg.Client, signal: AbortSignal): Promise<number[]> {
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
