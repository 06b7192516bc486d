import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { handlePush } from '../../../src/usecases/pushes/handle-push.ts';
import { createIntake, type Intake } from '../../../src/usecases/pushes/intake.ts';
import { onDatabase } from '../../support/database.ts';
import { shaOf } from '../../support/webhooks.ts';
import { type IntakeStage, openIntakeStage } from './intake-stage.ts';

let stage: IntakeStage;
let intake: Intake;
beforeAll(async () => {
  stage = await openIntakeStage();
});
beforeEach(() => {
  intake = createIntake(stage.deps);
});
afterAll(() => stage.close());

/** Everything that a push wrote about an application, without what differs from one to the next. */
async function written(application: string): Promise<string> {
  const rows = await stage.sql<{ all: object }>(
    `select jsonb_build_object(
       'deployments', (select jsonb_agg(to_jsonb(d) - 'started_at' - 'completed_at' order by d.commit_sha)
                       from deployments d where d.application_id = $1::uuid),
       'audit', (select jsonb_agg(to_jsonb(l) - 'id' - 'created_at' order by l.id) from audit_logs l where l.resource_id = $1),
       'messages', (select jsonb_agg(to_jsonb(m) - 'id' - 'created_at' order by d.commit_sha) from chat_messages m
                    join deployments d on d.id = m.deployment_id where d.application_id = $1::uuid),
       'deliveries', (select jsonb_agg(to_jsonb(w) - 'id' - 'created_at' order by w.commit_sha)
                      from webhook_deliveries w join git_sources s on s.id = w.git_source_id where s.application_id = $1),
       'jobs', (select jsonb_agg(to_jsonb(j) - 'id' - 'created_on' - 'start_after' - 'keep_until')
                from pgboss.job j where j.singleton_key = ($1::uuid)::text)
     ) as all`,
    [application],
  );
  const text = JSON.stringify(rows[0]?.all);
  const ids = [...new Set(text.match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g))];
  const names = [...new Set(text.match(/(project|app)-[0-9a-f]{4,}/g))];
  return [...ids, ...names].reduce((known, id, at) => known.replaceAll(id, `<${at}>`), text);
}

const nothing = '{"jobs":null,"audit":null,"messages":null,"deliveries":null,"deployments":null}';

describe('an ordinary push', () => {
  it('writes what it writes when it is looked at by itself, twice in a row', async () => {
    const [together, alone] = [await stage.connect(), await stage.connect()];
    for (const after of [shaOf('b'), shaOf('c')]) {
      const first = await stage.push(together.repository, { after, id: `t-${after}`, hash: after });
      const accepted = await intake.accept(first);
      const second = await stage.push(alone.repository, { after, id: `a-${after}`, hash: after });
      const { delivery, event, sources } = second;
      const handled = await handlePush(stage.deps, delivery, event.push, sources);
      expect(accepted).toEqual({
        deliveryId: `t-${after}`,
        deployments: [{ id: expect.any(String), application: expect.stringContaining('/'), commit: after }],
      });
      expect(handled).toMatchObject({ deployments: [{ commit: after }] });
    }
    const text = (await written(together.id)).replaceAll('"t-', '"a-');
    expect(text.length).toBeGreaterThan(2_000);
    expect(text).toBe(await written(alone.id));
  });

  it('that comes again is a duplicate, by its id or its body', async () => {
    const { id, repository } = await stage.connect();
    await intake.accept(await stage.push(repository, { id: 'same', hash: 'same' }));
    const before = await written(id);
    expect(await intake.accept(await stage.push(repository, { id: 'same' }))).toEqual({ duplicate: true });
    expect(await intake.accept(await stage.push(repository, { hash: 'same' }))).toEqual({ duplicate: true });
    expect(await written(id)).toBe(before);
  });

  it('of one repository deploys all its applications of the project', async () => {
    const first = await stage.connect();
    const { repository, project } = first;
    const second = await stage.connect({ repository, project: { id: project } });
    const outcome = await intake.accept(await stage.push(repository));
    expect(outcome).toMatchObject({ deployments: [{ commit: shaOf('b') }, { commit: shaOf('b') }] });
    for (const { id } of [first, second]) {
      expect(await stage.sql('select status from deployments where application_id = $1', [id])).toEqual([
        { status: 'pending' },
      ]);
    }
  });

  it('starts after the one before it, also when the clock was set back', async () => {
    const { id, repository } = await stage.connect();
    await intake.accept(await stage.push(repository));
    await stage.sql(`update deployments set started_at = now() + interval '1 day' where application_id = $1`, [id]);
    await intake.accept(await stage.push(repository, { after: shaOf('c') }));
    expect(
      await stage.sql('select commit_sha from deployments where application_id = $1 order by started_at desc', [id]),
    ).toEqual([{ commit_sha: shaOf('c') }, { commit_sha: shaOf('b') }]);
  });

  it('that deploys nothing is stored with the reason', async () => {
    const { repository } = await stage.connect();
    const verified = await stage.push(repository, { id: 'ping' });
    const outcome = await intake.accept({ ...verified, event: { kind: 'ignored', why: 'ping: the webhook works' } });
    expect(outcome).toEqual({ ignored: 'ping: the webhook works' });
    expect(await stage.sql(`select outcome, ref from webhook_deliveries where delivery_id = 'ping'`)).toEqual([
      { outcome: { ignored: 'ping: the webhook works' }, ref: null },
    ]);
  });
});

describe('a push is left alone, and nothing of it stored', () => {
  it.each<[string, string]>([
    [
      'while the application is locked',
      `insert into deploy_locks (id, application_id, holder, reason) values (gen_random_uuid(), $1, 'ada', 'why')`,
    ],
    [
      'when the project has a freeze',
      `insert into freeze_windows (id, project_id, starts, duration_minutes, zone, reason)
       select gen_random_uuid(), project_id, '0 0 1 1 *', 60, 'UTC', '' from applications where id = $1`,
    ],
    ['when the application is archived', 'update applications set deleted_at = now() where id = $1'],
    ['when its settings are others', `update applications set source_config = '{"checks": "required"}' where id = $1`],
    ['when its name is another', `update applications set name = 'renamed' where id = $1`],
    [
      'when the secret was revoked',
      `update git_sources set webhook_config = webhook_config || '{"secret": "v1.other"}' where application_id = $1`,
    ],
    ['when another branch is tracked', `update git_sources set branch = 'next' where application_id = $1`],
    [
      'when it does not begin at what is live',
      `update git_sources set commit_sha = repeat('9', 40) where application_id = $1`,
    ],
  ])('%s', async (_why, change) => {
    const { id, repository } = await stage.connect();
    const verified = await stage.push(repository);
    await stage.sql(change, [id]);
    expect(await intake.accept(verified)).toBeUndefined();
    expect(await written(id)).toBe(nothing);
  });

  it.each<[string, { protected?: boolean; checks?: 'required'; watch_paths?: string[] }]>([
    ['for an application that is protected', { protected: true }],
    ['for one that waits for checks', { checks: 'required' }],
    ['when the payload does not tell whether a watched path changed', { watch_paths: ['api/**'] }],
  ])('%s, without asking the database', async (_why, config) => {
    const { repository } = await stage.connect(config);
    const verified = await stage.push(repository);
    const before = { ...stage.counts };
    expect(await intake.accept(verified)).toBeUndefined();
    expect(stage.counts).toEqual(before);
  });

  it('while somebody else holds the application, without waiting, and the others are taken', async () => {
    const [held, free] = [await stage.connect(), await stage.connect()];
    const pushes = [await stage.push(held.repository), await stage.push(free.repository)];
    await onDatabase(stage.url, async (client) => {
      await client.query('begin');
      await client.query('select from applications where id = $1 for update', [held.id]);
      const outcomes = await Promise.all(pushes.map((push) => intake.accept(push)));
      expect(outcomes).toEqual([undefined, expect.objectContaining({ deployments: [expect.anything()] })]);
      await client.query('rollback');
    });
    expect(await written(held.id)).toBe(nothing);
  });
});

describe('the database', () => {
  it('is asked once for a batch of 64, whatever the number of applications', async () => {
    const applications = await Promise.all(Array.from({ length: 64 }, () => stage.connect()));
    const pushes = await Promise.all(applications.map(({ repository }) => stage.push(repository)));
    const before = { ...stage.counts };
    const outcomes = await Promise.all(pushes.map((push) => intake.accept(push)));
    expect(stage.counts).toEqual({ ...before, statements: before.statements + 1 });
    expect(outcomes.filter((outcome) => outcome && 'deployments' in outcome)).toHaveLength(64);
  });

  it('is asked once for a push that feeds 200 applications', async () => {
    const { repository, project } = await stage.connect();
    await Promise.all(Array.from({ length: 199 }, () => stage.connect({ repository, project: { id: project } })));
    const verified = await stage.push(repository);
    const before = { ...stage.counts };
    expect(await intake.accept(verified)).toMatchObject({ deployments: { length: 200 } });
    expect(stage.counts).toEqual({ ...before, statements: before.statements + 1 });
  });

  it('reads as many rows when others have a thousand deployments that wait', async () => {
    const { repository, id } = await stage.connect();
    const other = await stage.connect();
    await stage.sql(
      `insert into deployments (id, application_id, commit_sha)
       select gen_random_uuid(), $1, repeat('f', 40) from generate_series(1, 1000)`,
      [other.id],
    );
    const verified = await stage.push(repository);
    await intake.accept(await stage.push(repository, { after: shaOf('e') }));
    const [source] = verified.sources;
    await onDatabase(stage.url, async (client) => {
      await client.query('begin');
      await client.query('select from accept_deliveries($1, $2, $3)', [
        JSON.stringify([
          { ...verified.delivery, at: 0, id, delivery_id: 'x', body_hash: 'x', source: source?.id, outcome: {} },
        ]),
        JSON.stringify([
          {
            at: 0,
            source: source?.id,
            version: source?.version,
            application: id,
            deployment: id,
            commit_sha: shaOf('b'),
            metadata: {},
            superseded: {},
            details: {},
          },
        ]),
        '[]',
      ]);
      const { rows } = await client.query<{ relname: string; read: string }>(
        `select relname, seq_tup_read + coalesce(idx_tup_fetch, 0) as read from pg_stat_xact_user_tables
         where relname in ('deployments', 'applications', 'git_sources') order by relname`,
      );
      await client.query('rollback');
      expect(rows.map(({ relname, read }) => [relname, Number(read) < 10])).toEqual([
        ['applications', true],
        ['deployments', true],
        ['git_sources', true],
      ]);
    });
  });

  it('reads as many rows when few deployments seemed to be live as it was planned', async () => {
    const { repository, id } = await stage.connect();
    const other = await stage.connect();
    const insert = (status: string, applications: string[]) =>
      stage.sql(
        `insert into deployments (id, application_id, commit_sha, status, completed_at)
         select gen_random_uuid(), application, repeat('f', 40), $2, now()
         from unnest($1::uuid[]) as application, generate_series(1, 1000)`,
        [applications, status],
      );
    await insert('failed', [id, other.id]);
    await intake.accept(await stage.push(repository, { after: shaOf('e') }));
    await onDatabase(stage.url, (client) => client.query('analyze deployments'));
    await insert('success', [other.id]);
    await onDatabase(stage.url, async (client) => {
      const [source] = (await stage.push(repository)).sources;
      const read = `select coalesce(idx_tup_fetch, 0) + seq_tup_read as read from pg_stat_xact_user_tables
                    where relname = 'deployments'`;
      await client.query('begin');
      await client.query('select from accept_deliveries($1, $2, $3)', [
        '[]',
        JSON.stringify([
          {
            at: 0,
            source: source?.id,
            version: source?.version,
            application: id,
            commit_sha: shaOf('b'),
            before: shaOf('e'),
          },
        ]),
        '[]',
      ]);
      const { rows } = await client.query<{ read: string }>(read);
      await client.query('rollback');
      expect(Number(rows[0]?.read)).toBe(1);
    });
  });

  it('lets no person run it', async () => {
    const { id } = await stage.connect();
    const person = stage.deps.database.asUser(id);
    const run = person.transactional((em) => em.execute(`select accept_deliveries('[]', '[]', '[]')`));
    await expect(run).rejects.toThrow('permission denied for function accept_deliveries');
  });
});
