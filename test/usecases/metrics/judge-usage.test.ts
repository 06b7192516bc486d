import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import { Incident } from '../../../src/entities/incident.ts';
import { Notification } from '../../../src/entities/notification.ts';
import { judgeUsage } from '../../../src/usecases/metrics/judge-usage.ts';
import type { Application } from '../../../src/entities/application.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeProject, makeRoute } from '../../support/factories.ts';
import { fakeDeps } from '../../support/fakes.ts';
import { makePerson, type Person } from '../../support/person.ts';
import { allWorded } from '../../support/worded.ts';

const mebibyte = 2 ** 20;

let db: TestDatabase;
let root: Person;
let application: Application;
beforeAll(async () => {
  db = await createTestDatabase();
  root = await makePerson(fakeDeps(db.database), 'super_admin');
  const project = await makeProject(db.database, { name: 'shop' });
  application = await makeApplication(db.database, { name: 'api', project, status: 'running' });
  await makeRoute(db.database, { pattern: '*/*', events: ['unhealthy'], severity: 'warning' });
});
beforeEach(async () => {
  const em = db.database.asSystem();
  await executeSql(em, 'delete from task_metrics');
  await em.nativeDelete(Incident, {});
  await em.nativeDelete(Notification, {});
});
afterAll(() => db.close());

const start = new Date();
start.setUTCSeconds(0, 0);

function at(minute: number): Date {
  return new Date(start.getTime() + minute * 60_000);
}

/** One look of the sampler, and what is thought of it. */
async function look(
  minute: number,
  {
    limit = 100,
    memory = 50,
    node = 'n1',
    restarts = 0,
  }: { limit?: number | null; memory?: number; node?: string; restarts?: number },
): Promise<void> {
  await db.database.asSystem().transactional(async (em) => {
    await executeSql(
      em,
      `insert into task_metrics (application_id, seconds, at, service, slot, node_id, samples, cpu_seconds,
         measured_seconds, memory_bytes, memory_peak_bytes, memory_limit_bytes, received_bytes, sent_bytes, restarts)
       values ($1, 60, $2, 'web', 1, $3, 1, 0, 60, $4, $4, $5, 0, 0, $6)`,
      [application.id, at(minute), node, memory * mebibyte, limit === null ? null : limit * mebibyte, restarts],
    );
    await judgeUsage(em, node, at(minute));
  });
}

async function incidents() {
  const all = await db.database.asSystem().find(Incident, {}, { orderBy: { beganAt: 'asc' } });
  return all.map(({ endedAt, error, kind }) => [kind, error, endedAt === null ? 'open' : 'over']);
}

async function told(): Promise<(string | undefined)[]> {
  const all = await db.database.asSystem().find(Notification, {}, { orderBy: { id: 'asc' } });
  return (await allWorded(all)).map((reply) => reply?.title);
}

describe('memory', () => {
  it('near the limit for five minutes is one incident, told when it begins and when it ends', async () => {
    for (const minute of [0, 1, 2, 3, 4]) await look(minute, { memory: 95 });
    expect(await incidents()).toEqual([]);
    for (const minute of [5, 6]) await look(minute, { memory: 96 });
    const error = 'a task of web uses 95 % of its 100 MiB of memory';
    expect(await incidents()).toEqual([['memory', error, 'open']]);
    const reply = await root.type('status shop/api');
    expect(reply.fields).toContainEqual({ name: 'Usage', value: expect.stringContaining(`${error}; found`) });
    for (const minute of [7, 8]) await look(minute, { memory: 87 });
    expect(await incidents()).toEqual([['memory', error, 'open']]);
    for (const minute of [9, 10, 11]) await look(minute, { memory: 60 });
    expect(await incidents()).toEqual([['memory', error, 'over']]);
    expect(await told()).toEqual(['shop/api is running out of memory', 'shop/api has enough memory again']);
    expect((await root.type('status shop/api')).fields?.map(({ name }) => name)).not.toContain('Usage');
  });

  it.each([
    ['with a moment of room', { memory: 89 }],
    ['without a limit', { limit: null }],
  ])('%s is no incident', async (_what, changes) => {
    for (const minute of [0, 1, 2, 3, 4, 5, 6])
      await look(minute, { memory: 95, ...(minute === 3 || 'limit' in changes ? changes : {}) });
    expect(await incidents()).toEqual([]);
  });

  it('is judged by whoever measures the node, and open while any node is full', async () => {
    for (const minute of [0, 1, 2, 3, 4, 5]) await look(minute, { memory: 95, node: 'n2' });
    await look(5, { memory: 10, node: 'n1' });
    expect((await incidents()).map(([kind, , state]) => [kind, state])).toEqual([['memory', 'open']]);
  });
});

describe('restarts', () => {
  it('three times within ten minutes are one incident, until none has for ten minutes', async () => {
    await look(0, { restarts: 1 });
    await look(4, { restarts: 1 });
    expect(await incidents()).toEqual([]);
    await look(8, { restarts: 2 });
    await look(9, { restarts: 1 });
    const error = '4 tasks ended by themselves within 10 min';
    expect(await incidents()).toEqual([['restarts', error, 'open']]);
    await look(18, {});
    expect(await incidents()).toEqual([['restarts', error, 'open']]);
    await look(19, {});
    expect(await incidents()).toEqual([['restarts', error, 'over']]);
    expect(await told()).toEqual(['Tasks of shop/api keep restarting', 'Tasks of shop/api no longer restart']);
  });

  it('are no incident of what is being deployed or has failed', async () => {
    await executeSql(db.database.asSystem(), `update applications set status = 'failed'`);
    for (const minute of [0, 1, 2]) await look(minute, { restarts: 2 });
    expect(await incidents()).toEqual([]);
    await executeSql(db.database.asSystem(), `update applications set status = 'running'`);
  });
});
