import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ensureAuditPartitions } from '../../src/database/audit-partitions.ts';
import { connectDatabase } from '../../src/database/connect.ts';
import { schemaDrift } from '../../src/database/schema-drift.ts';
import { migrate, migrateDown, migrateDownTo } from '../../src/database/migrate.ts';
import { User } from '../../src/entities/user.ts';
import { UserError } from '../../src/errors.ts';
import { migrations } from '../../src/migrations/index.ts';
import { migrationNames } from '../../src/migrations/names.ts';
import { createEmptyDatabase, createMigratedDatabase, type EmptyDatabase, onDatabase } from '../support/database.ts';
import { makeDeployment } from '../support/factories.ts';

const names = migrations.map(({ name }) => name);
let migrated: EmptyDatabase;

async function tables(url: string): Promise<string[]> {
  return onDatabase(url, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'm')
       union all select proname from pg_proc where pronamespace = 'public'::regnamespace order by 1`,
    );
    return rows.map(({ name }) => name);
  });
}

async function fill(url = migrated.url): Promise<number> {
  const database = await connectDatabase(url);
  try {
    await makeDeployment(database);
    return await database.asSystem().count(User, {});
  } finally {
    await database.close();
  }
}

/** Takes back the migration `first` and all after it, as one who goes back to an earlier version does. */
async function takeBack(first: string): Promise<void> {
  const at = names.indexOf(first);
  expect(await migrateDownTo(migrated.url, names[at - 1] ?? '')).toEqual(names.slice(at).toReversed());
}

describe('migrate, on an empty database', () => {
  it('goes up, down to nothing with rows in the tables, and up again', async () => {
    await using empty = await createEmptyDatabase();
    const [first = '', ...further] = names;
    expect(await migrate(empty.url)).toEqual(names);
    expect(await fill(empty.url)).toBe(1);
    expect(await migrateDown(empty.url)).toBe(names.at(-1));
    expect(await migrateDownTo(empty.url, first)).toEqual(further.slice(0, -1).toReversed());
    expect(await migrateDown(empty.url)).toBe(first);
    expect(await migrateDown(empty.url)).toBeUndefined();
    expect(await tables(empty.url)).toEqual(['shipmate_migrations']);
    expect(await migrate(empty.url)).toEqual(names);
    expect(await fill(empty.url)).toBe(1);
  });

  it('lets one of several that start at once migrate', async () => {
    await using empty = await createEmptyDatabase();
    const ran = await Promise.all([migrate(empty.url), migrate(empty.url), migrate(empty.url)]);
    expect(ran.map((list) => list.length).sort()).toEqual([0, 0, names.length]);
  });

  it('is listed by name as well, for a start that has nothing to migrate', () => {
    expect(migrations.map(({ name }) => name)).toEqual(migrationNames);
  });
});

describe('a schema that lacks something', () => {
  const missing = [
    ['a column', 'alter table users drop column preferences', 'add "preferences" jsonb'],
    ['a check', 'alter table users drop constraint check_user_role', 'add constraint "check_user_role"'],
    ['an index', 'drop index projects_metadata_gin', 'create index "projects_metadata_gin"'],
    ['a policy', 'drop policy projects_delete_policy on projects', 'create policy "projects_delete_policy"'],
    ['row level security', 'alter table env_vars disable row level security', '"env_vars" enable row level security'],
  ] as const;
  let told: string;
  beforeAll(async () => {
    await using lacking = await createMigratedDatabase();
    const changes = missing.map(([, change]) => change).join(';');
    await onDatabase(lacking.url, (client) => client.query(changes));
    told = await schemaDrift(lacking.url);
  });

  it.each(missing)('tells that %s is missing', (_what, _change, sql) => {
    expect(told).toContain(sql);
  });
});

describe('migrate', () => {
  beforeEach(async () => {
    migrated = await createMigratedDatabase();
  });
  afterEach(() => migrated.close());

  it('takes each step back and brings it again, and keeps the rows that were there before it', async () => {
    await fill();
    const kept = () =>
      onDatabase(migrated.url, async (client) => (await client.query('select id, status from deployments')).rows);
    const before = await kept();
    const steps = names.slice(names.indexOf('20261124120000-data-model'));
    await takeBack('20261124120000-data-model');
    // A user of the earlier version, whom nothing tied to a way of signing in.
    await onDatabase(migrated.url, (client) => client.query(`update users set preferences = '{"theme":"dark"}'`));
    expect(await kept()).toEqual(before);
    expect(await migrate(migrated.url)).toEqual(steps);
    expect(await kept()).toEqual(before);
    const users = await onDatabase(migrated.url, (client) => client.query('select preferences from users'));
    expect(users.rows).toEqual([{ preferences: { theme: 'dark', sso: 'console' } }]);
    expect(await schemaDrift(migrated.url)).toBe('');
  });

  it('names the origin of compose applications, and their git host beside it', async () => {
    await fill();
    const origin = () =>
      onDatabase(migrated.url, async (client) => {
        const sql = `select type, source_type, source_config->>'provider' as provider from applications`;
        return (await client.query(sql)).rows;
      });
    await takeBack('20261205010000-compose-origins');
    await onDatabase(migrated.url, (client) => client.query(`update applications set type = 'compose'`));
    await migrate(migrated.url);
    expect(await origin()).toEqual([{ type: 'compose', source_type: 'docker_compose', provider: 'github' }]);
    await takeBack('20261205010000-compose-origins');
    expect(await origin()).toEqual([{ type: 'compose', source_type: 'github', provider: null }]);
  });

  it('is the schema of the entities also after partitions were made at run time', async () => {
    const database = await connectDatabase(migrated.url);
    try {
      await ensureAuditPartitions(database, 14);
    } finally {
      await database.close();
    }
    expect(await schemaDrift(migrated.url)).toBe('');
    // One that is not the month of its name is told.
    await onDatabase(migrated.url, (client) =>
      client.query(
        `create table audit_logs_2020_01 partition of audit_logs for values from ('2020-02-01') to ('2020-03-01')`,
      ),
    );
    expect(await schemaDrift(migrated.url)).toContain('audit_logs_2020_01');
  });

  it('ends what nobody has approved yet when it is taken back: an earlier Shipmate would run it', async () => {
    await fill();
    await onDatabase(migrated.url, async (client) => {
      await client.query(`update deployments set status = 'pending', metadata = '{"approval":{"state":"waiting"}}'`);
    });
    await takeBack('20261124140000-team-safety');
    const rows = await onDatabase(migrated.url, (client) => client.query('select status, metadata from deployments'));
    expect(rows.rows).toEqual([
      { status: 'failed', metadata: { reason: 'cancelled', error: 'Shipmate was set back to an earlier version.' } },
    ]);
  });

  it('keeps how far the services of a stack were scaled and rolled out, under the names of the version', async () => {
    await fill();
    const stored = () =>
      onDatabase(migrated.url, async (client) => {
        const { rows } = await client.query(
          'select a.docker_config, d.metadata from deployments d join applications a on a.id = d.application_id',
        );
        return rows;
      });
    await onDatabase(migrated.url, async (client) => {
      await client.query(`update applications set docker_config = '{"secrets":"env","service_replicas":{"web":3}}'`);
      await client.query(
        `update deployments set status = 'deploying', metadata = '{"rollout_started":true,"rollout_from_versions":{"w":7}}'`,
      );
    });
    const now = await stored();
    await takeBack('20261129000000-stack-words');
    expect(await stored()).toEqual([
      {
        docker_config: { secrets: 'env', part_replicas: { web: 3 } },
        metadata: { rollout_started: true, rollout_set: { w: 7 } },
      },
    ]);
    await migrate(migrated.url);
    expect(await stored()).toEqual(now);
  });

  it('leaves an earlier version notifications that it can deliver', async () => {
    await fill();
    await onDatabase(migrated.url, async (client) => {
      await client.query(`insert into branch_heads (id, application_id, commit_sha, state)
        select gen_random_uuid(), id, 'c0ffee', 'notified' from applications`);
      await client.query(`with route as (
          insert into notification_routes (id, platform, channel, pattern, events)
          values (gen_random_uuid(), 'slack', 'C1', '*', '[]') returning id)
        insert into notifications (route_id, event, severity, subject, payload)
        select id, event, severity, 'it', payload::jsonb from route, (values
          ('node-lost', 'danger', '{"kind":"node-back","node":"host-2","awaySeconds":60}'),
          ('digest', 'info', '{"kind":"digest","digest":{"scope":"shop/*"}}'),
          ('unhealthy', 'danger', '{"tone":"danger","title":"ready"}'),
          ('failed', 'danger', null)) stored (event, severity, payload)`);
    });
    const stored = (sql: string) => onDatabase(migrated.url, async (client) => (await client.query(sql)).rows);
    await takeBack('20261129100000-notification-facts');
    expect(await stored('select event, payload from notifications order by event')).toEqual([
      { event: 'digest', payload: { scope: 'shop/*' } },
      { event: 'failed', payload: null },
      {
        event: 'node-lost',
        payload: { tone: 'danger', title: 'node-lost', text: 'A newer version of Shipmate recorded it.' },
      },
      { event: 'unhealthy', payload: { tone: 'danger', title: 'ready' } },
    ]);
    expect(await stored('select state from branch_heads')).toEqual([{ state: 'told' }]);
    await migrate(migrated.url);
    expect(await stored('select state from branch_heads')).toEqual([{ state: 'notified' }]);
  });

  it('makes exactly what the entities say', async () => {
    expect(await schemaDrift(migrated.url)).toBe('');
  });

  it('refuses a database that a newer version has migrated', async () => {
    await onDatabase(migrated.url, (client) =>
      client.query(`insert into shipmate_migrations (name) values ('29991231000000-future')`),
    );
    for (const attempt of [migrate(migrated.url), migrateDown(migrated.url)]) {
      await expect(attempt).rejects.toThrow('newer Shipmate: 29991231000000-future is unknown here');
    }
    await expect(migrate(migrated.url)).rejects.toBeInstanceOf(UserError);
  });
});
