import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DigestRequest } from '../../../src/usecases/digests/digest-request.ts';
import { buildDigest } from '../../../src/usecases/digests/build-digest.ts';
import { createTestDatabase, onDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeProject } from '../../support/factories.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
  const project = await makeProject(db.database, { name: 'shop' });
  const other = await makeProject(db.database, { name: 'books' });
  await makeApplication(db.database, { name: 'api', project });
  await makeApplication(db.database, { name: 'web', project });
  await makeApplication(db.database, { name: 'api', project: other });
  await onDatabase(db.url, (client) =>
    client.query(`
      insert into databases (id, project_id, name, type, version)
        select gen_random_uuid(), p.id, n, 'redis', '7' from projects p, (values ('orders'), ('cache')) d (n);
      insert into backups (id, database_id, type, status, size_bytes, created_at, completed_at)
        select gen_random_uuid(), d.id, 'full', s, 100, t::timestamptz, t::timestamptz
        from databases d, (values ('success', '2026-11-20'), ('success', '2026-11-22'), ('failed', '2026-11-23'),
          ('success', '2026-11-10'), ('running', '2026-11-23')) b (s, t) where d.name = 'orders';
      update backups set verified_at = '2026-11-23' where status = 'success' and completed_at >= '2026-11-22';
      insert into domains (id, project_id, domain, target_type, target_id)
        select gen_random_uuid(), p.id, a.name || '.' || p.name || '.example', 'application', a.id
        from applications a join projects p on p.id = a.project_id;
      insert into certificates (id, domain_id, issuer, certificate, private_key, created_at, expires_at)
        select gen_random_uuid(), id, 'CA', 'PEM', 'v1.', now(), now() + n * interval '1 day'
        from domains, (values (3), (5)) e (n) where domain like 'api.%';
      insert into certificates (id, domain_id, issuer, certificate, private_key, created_at, expires_at)
        select gen_random_uuid(), id, 'CA', 'PEM', 'v1.', now(), now() + n * interval '1 day'
        from domains, (values (3), (80)) e (n) where domain like 'web.%';
      insert into incidents (id, application_id, replicas, running, restarts, error, began_at, ended_at)
        select gen_random_uuid(), a.id, 2, 1, r, e, b::timestamptz, n::timestamptz
        from applications a, (values
          ('api', 3, 'exited with code 1', '2026-11-20 10:00', '2026-11-20 10:05'),
          ('api', 4, 'exited with code 2', '2026-11-21 10:00', null),
          ('web', 0, null, '2026-11-16 10:00', '2026-11-17 10:05'),
          ('web', 0, null, '2026-11-01 10:00', '2026-11-01 10:05')) i (name, r, e, b, n) where i.name = a.name;
      insert into disks (id, host, name, path, size_bytes, free_bytes, used_percent, level)
        values (gen_random_uuid(), 'h1', 'data', '/data', 100, 5, 95, 'danger');
      insert into swarm_nodes (id, hostname, role, address, availability, state, lost_at)
        values ('n1', 'host-2', 'worker', '10.0.0.2', 'active', 'lost', now());
    `),
  );
});
afterAll(() => db.close());

/** The day by which the certificates' days count is today's. */
async function digest(pattern: string, to: Date, projectId: string | null = null) {
  const em = db.database.asSystem();
  const from = new Date('2026-11-17T00:00:00Z');
  const request: DigestRequest = { projectId, pattern, zone: 'UTC', before: new Date('2026-11-10'), from, to };
  return buildDigest({ em, system: em }, request);
}

const weekEnd = new Date('2026-11-24T00:00:00Z');

describe('what a digest worries about', () => {
  it('are backups of the period, and databases without a good last one', async () => {
    expect((await digest('shop/*', weekEnd)).backups).toEqual({
      made: 2,
      failed: 1,
      bytes: 200,
      verified: 1,
      without: ['shop/cache', 'shop/orders'],
    });
    expect((await digest('shop/web', weekEnd)).backups).toBeNull();
  });

  it('are domains whose longest certificate ends within two weeks', async () => {
    const { certificates } = await digest('shop/*', new Date());
    expect(certificates).toEqual([{ domain: 'api.shop.example', expiresAt: expect.any(String) }]);
    expect((await digest('*/api', new Date())).certificates.map(({ domain }) => domain).sort()).toEqual([
      'api.books.example',
      'api.shop.example',
    ]);
  });

  it('are services that are unhealthy, then those that were', async () => {
    expect((await digest('shop/*', weekEnd)).services).toEqual([
      {
        application: 'shop/api',
        since: '2026-11-21T10:00:00.000Z',
        incidents: 2,
        restarts: 7,
        error: 'exited with code 2',
      },
      { application: 'shop/web', since: null, incidents: 1, restarts: 0, error: null },
    ]);
  });

  it('are hosts, for those who look across projects', async () => {
    const { disks, lostNodes } = await digest('*/*', new Date());
    expect(disks).toEqual([
      { host: 'h1', name: 'data', usedPercent: 95, freeBytes: 5, level: 'danger', fullInDays: null },
    ]);
    expect(lostNodes).toEqual(['host-2']);
    const project = await db.database
      .asSystem()
      .transactional(async (em) => em.execute(`select id from projects limit 1`));
    const ofOne = await digest('shop/*', new Date(), String(project[0]?.id));
    expect([ofOne.disks, ofOne.lostNodes]).toEqual([[], []]);
  });
});
