import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { advisoryLeases, type Leases } from '../../../src/database/lease.ts';
import { differingReplicas } from '../../../src/usecases/concerns/differing-replicas.ts';
import { joinReplicas } from '../../../src/usecases/replicas/join-replicas.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { fakeDeps } from '../../support/fakes.ts';
import { until } from '../../support/until.ts';

let db: TestDatabase;
let one: Leases;
let two: Leases;

beforeAll(async () => {
  db = await createTestDatabase();
  one = advisoryLeases(db.url);
  two = advisoryLeases(db.url);
});
afterAll(async () => {
  await one.close();
  await two.close();
  await db.close();
});

async function registered(): Promise<number> {
  return (await db.database.querySystem(`select from installation where name like 'replica:%'`, [])).length;
}

describe('two Shipmates on one database', () => {
  it('know of each other while both live, whichever began first', async () => {
    const first = fakeDeps(db.database, { leases: one, replicaId: randomUUID() });
    const second = fakeDeps(db.database, { leases: two, replicaId: randomUUID() });
    const here = await joinReplicas(first);
    expect(await differingReplicas(first)).toEqual([]);
    const there = await joinReplicas(second);
    for (const deps of [first, second])
      expect(await differingReplicas(deps)).toEqual([
        { name: 'replicas', why: expect.stringContaining('cannot read the archives and backups here') },
      ]);
    await there.leave();
    expect(await differingReplicas(first)).toEqual([]);
    await here.leave();
    expect(await registered()).toBe(0);
  });

  it('forget the one that was killed', async () => {
    const killed = advisoryLeases(db.url);
    const left = await joinReplicas(fakeDeps(db.database, { leases: killed, replicaId: randomUUID() }));
    const deps = fakeDeps(db.database, { leases: one, replicaId: randomUUID() });
    expect(await differingReplicas(deps)).toHaveLength(1);
    await killed.close();
    await until('the server lets go', async () => (await differingReplicas(deps)).length === 0);
    expect(await registered()).toBe(0);
    await left.leave();
  });
});
