import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { retentionStage, type RetentionStage } from './stage.ts';

let stage: RetentionStage;
beforeAll(async () => {
  stage = await retentionStage();
});
afterAll(() => stage.db.close());

async function left(table: string, column: string): Promise<unknown[]> {
  return (await stage.sql(`select ${column} as it from ${table} order by 1`)).map(({ it }) => it);
}

describe('retention deletes what is over, and keeps', () => {
  it('live messages of deployments that have not ended, or of late', async () => {
    await stage.sql(
      `with made as (
         insert into deployments (id, application_id, status, completed_at)
         values (gen_random_uuid(), $1, 'success', now() - interval '31 days'), (gen_random_uuid(), $1, 'pending', null)
         returning id, status
       )
       insert into chat_messages (id, deployment_id, platform, channel, finished_at, created_at)
       select gen_random_uuid(), id, 'slack', channel, now() - days * interval '1 day', now() - interval '99 days'
       from made join (values
         ('success', 'shown', 31), ('success', 'never shown', null), ('success', 'shown of late', 29), ('pending', 'waits', null)
       ) message (of, channel, days) on of = status`,
      [stage.application],
    );
    expect(await stage.retain({ dryRun: true })).toBe('2 live messages to delete');
    expect(await stage.retain()).toBe('2 live messages deleted');
    expect(await left('chat_messages', 'channel')).toEqual(['shown of late', 'waits']);
  });

  it('changes of variables of late, and the newest hundred of each application', async () => {
    await stage.sql(
      `insert into variable_changes (project_id, application_id, created_at)
       select project_id, id, now() - days * interval '1 day'
       from applications, unnest(array[40] || array_fill(39, array[100])) days
       union all select project_id, null, now() - interval '40 days' from applications`,
    );
    await stage.sql(
      `insert into changed_variables (id, change_id, key, before_kind, after_kind)
       select gen_random_uuid(), id, 'A', 'unset', 'secret' from variable_changes`,
    );
    expect(await stage.retain({ dryRun: true })).toBe('1 change of variables to delete');
    expect(await stage.retain()).toBe('1 change of variables deleted');
    expect(await stage.retain()).not.toContain('variables');
    expect(await left('changed_variables', 'key')).toHaveLength(101);
  });

  it('tokens that were not revoked, or of late', async () => {
    await stage.sql(
      `insert into api_tokens (id, user_id, name, token_hash, revoked_at)
       select gen_random_uuid(), $1, name, name, now() - days * interval '1 day'
       from (values ('old', 31), ('of late', 29), ('good', null)) token (name, days)`,
      [stage.root.user.id],
    );
    expect(await stage.retain()).toBe('1 revoked token deleted');
    expect(await left('api_tokens', 'name')).toEqual(['good', 'of late']);
  });

  it('orders that are under way, and those that count at the authority, however short the period', async () => {
    await stage.sql(
      `with made as (
         insert into domains (id, domain, target_type, target_id, project_id)
         select gen_random_uuid(), 'shop.example.com', 'application', id, project_id from applications returning id
       )
       insert into certificate_orders (id, domain_id, host, directory_url, status, created_at, ended_at)
       select gen_random_uuid(), case when has_domain then id end, host, 'https://acme.example', status,
         now() - interval '40 days', now() - days * interval '1 day'
       from made, (values
         (true, 'old', 'valid', 31), (true, 'of late', 'valid', 7), (true, 'under way', 'pending', null),
         (false, 'left behind', 'pending', null)
       ) orders (has_domain, host, status, days)`,
    );
    const { config } = stage.deps;
    const hasty = { ...config, retention: { ...config.retention, recordsMs: 86_400_000 } };
    expect(await stage.retain({ config: hasty })).toMatch(/2 certificate orders deleted$/);
    expect(await left('certificate_orders', 'host')).toEqual(['of late', 'under way']);
  });

  it('counts of attempts that go on, or of late', async () => {
    await stage.sql(
      `insert into attempt_counts (key, points, expire)
       select name, 1, extract(epoch from now() - days * interval '1 day') * 1000
       from (values ('old', 31), ('of late', 29), ('goes on', -1)) count (name, days)`,
    );
    expect(await stage.retain()).toBe('1 count of attempts deleted');
    expect(await left('attempt_counts', 'key')).toEqual(['goes on', 'of late']);
  });

  it('incidents that go on, or that digests still measure by', async () => {
    await stage.sql(
      `insert into incidents (id, application_id, replicas, running, error, began_at, ended_at)
       select gen_random_uuid(), $1, 1, 0, error, now() - interval '200 days', now() - days * interval '1 day'
       from (values ('old', 91), ('of late', 89), ('open', null)) incident (error, days)`,
      [stage.application],
    );
    expect(await stage.retain()).toBe('1 incident deleted');
    expect(await left('incidents', 'error')).toEqual(['of late', 'open']);
  });
});
