import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { applyRetention } from '../../../src/usecases/retention/apply-retention.ts';
import { fakeSwarm } from '../../support/fakes.ts';
import { retentionStage, type RetentionStage } from './stage.ts';

const day = 86_400_000;
let stage: RetentionStage;
beforeAll(async () => {
  stage = await retentionStage();
});
afterAll(() => stage.db.close());

const signal = new AbortController().signal;

describe('retention', () => {
  it('deletes the lines of live logs after 30 days, and no other', async () => {
    await stage.sql(
      `with made as (
         insert into deployments (id, application_id, status, completed_at) values (gen_random_uuid(), $1, 'success', now())
         returning id
       )
       insert into deployment_logs (deployment_id, level, message, created_at)
       select id, 'info', n::text, now() - make_interval(days => 31) from made, generate_series(1, 12000) n
       union all select id, 'info', 'young', now() - make_interval(days => 29) from made`,
      [stage.application],
    );
    expect(await stage.retain({ dryRun: true })).toBe('12,000 lines of live logs to delete');
    expect(await stage.retain()).toBe('12,000 lines of live logs deleted');
    expect(await stage.sql('select message from deployment_logs')).toEqual([{ message: 'young' }]);
  });

  it('deletes deliveries, used codes and delivered notifications, and keeps those that wait', async () => {
    await stage.sql(
      `insert into webhook_deliveries (id, provider, delivery_id, event, repository, created_at)
       select gen_random_uuid(), 'github', n::text, 'push', 'a/b', now() - make_interval(days => n)
       from generate_series(28, 32) n`,
    );
    await stage.sql(
      `insert into link_codes (id, code_hash, expires_at, used_at) values
       (gen_random_uuid(), 'used', now() + interval '1 day', now() - interval '31 days'),
       (gen_random_uuid(), 'expired', now() - interval '31 days', null),
       (gen_random_uuid(), 'good', now() + interval '1 day', null)`,
    );
    await stage.sql(
      `with route as (
         insert into notification_routes (id, platform, channel, pattern, events)
         values (gen_random_uuid(), 'slack', 'C', '*', '["failed"]') returning id
       )
       insert into notifications (route_id, event, severity, subject, shown_count, last_at)
       select id, 'failed', 'danger', shown::text, shown, now() - interval '31 days' from route, generate_series(0, 1) shown`,
    );
    expect(await stage.retain()).toBe('3 webhook deliveries, 2 link codes, 1 notification deleted');
    expect(await stage.sql('select subject from notifications')).toEqual([{ subject: '0' }]);
    expect(await stage.sql('select code_hash from link_codes')).toEqual([{ code_hash: 'good' }]);
  });

  it('records what it did, and nothing of a dry run', async () => {
    const rows = await stage.sql(
      `select details from audit_logs where action = 'retention.run' order by id desc limit 1`,
    );
    expect(rows).toEqual([{ details: { kind: 'retention', webhook_deliveries: 3, link_codes: 2, notifications: 1 } }]);
  });

  it('keeps the images that a rollback needs, a service names or a build has just made', async () => {
    const { swarm, calls } = fakeSwarm();
    const deleted = randomUUID();
    await stage.sql(
      `insert into audit_logs (action, resource_type, resource_id) values ('application.create', 'application', $1)`,
      [deleted],
    );
    const image = (tag: string, days = 2, application = stage.application) => ({
      application,
      tags: [`shipmate/shop-api:${tag}`],
      createdAt: new Date(Date.now() - days * day),
      sizeBytes: 50_000_000,
    });
    const running = { ...stage.deps, swarm };
    swarm.builtImages = async () =>
      ['a1', 'a2', 'a3', 'part', 'failed', 'serving']
        .map((tag) => image(tag))
        .concat(image('new', 0), image('of another Shipmate', 2, randomUUID()), image('of a test', 2, 'app'))
        .concat(image('of a deleted project', 2, deleted));
    swarm.imagesInUse = async () => ['shipmate/shop-api:serving@sha256:0000', 'caddy:2'];
    running.config = { ...running.config, retention: { ...running.config.retention, imagesKept: 2 } };
    await stage.sql('delete from deployments');
    await stage.sql(
      `insert into deployments (id, application_id, status, completed_at, metadata)
       select gen_random_uuid(), $1, status, now() - hours * interval '1 h', metadata::jsonb from (values
         ('success', 1, '{"image":"shipmate/shop-api:a1"}'), ('success', 2, '{"image":"shipmate/shop-api:a1"}'),
         ('success', 3, '{"images":{"web":"shipmate/shop-api:a2@sha256:1111","job":"shipmate/shop-api:part"}}'),
         ('success', 4, '{"image":"shipmate/shop-api:a3"}'), ('failed', 0, '{"image":"shipmate/shop-api:failed"}')
       ) made (status, hours, metadata)`,
      [stage.application],
    );
    expect(await applyRetention(running, { dryRun: true, signal })).toBe('3 images to remove (up to 143 MiB)');
    expect(calls).toEqual([]);
    expect(await applyRetention(running, { dryRun: false, signal })).toBe('3 images removed (up to 143 MiB)');
    expect(calls).toEqual(
      ['a3', 'failed', 'of a deleted project'].map((tag) => `remove image shipmate/shop-api:${tag}`),
    );
  });

  it('removes checkouts of deployments that have ended', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'shipmate-retention-'));
    const [running] = await stage.sql(
      `insert into deployments (id, application_id, status) values (gen_random_uuid(), $1, 'building') returning id`,
      [stage.application],
    );
    const old = new Date(Date.now() - day);
    for (const name of [String(running?.['id']), 'ended', 'young']) {
      await mkdir(join(dataDir, 'checkouts', name), { recursive: true });
      if (name !== 'young') await utimes(join(dataDir, 'checkouts', name), old, old);
    }
    const deps = { ...stage.deps, config: { ...stage.deps.config, dataDir } };
    expect(await applyRetention(deps, { dryRun: false, signal })).toBe('1 checkout removed');
    expect((await readdir(join(dataDir, 'checkouts'))).sort()).toEqual([String(running?.['id']), 'young'].sort());
    await rm(dataDir, { recursive: true });
  });

  it('does what it can when a part does not answer, and says which', async () => {
    const { swarm } = fakeSwarm();
    swarm.builtImages = () => Promise.reject(new Error('connect ENOENT'));
    await stage.sql(
      `insert into webhook_deliveries (id, provider, delivery_id, event, repository, created_at)
       values (gen_random_uuid(), 'github', 'late', 'push', 'a/b', now() - interval '40 days')`,
    );
    const run = applyRetention({ ...stage.deps, swarm }, { dryRun: false, signal });
    await expect(run).rejects.toThrow(/^Failed, .*: images\. Other steps: 1 webhook delivery deleted\.$/);
  });
});
