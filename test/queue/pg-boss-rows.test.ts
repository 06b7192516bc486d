import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { executeSql, type EntityManager } from '../../src/database/database.ts';
import { pgBossQueue } from '../../src/queue/pg-boss.ts';
import type { Queue } from '../../src/queue/queue.ts';
import { createTestDatabase, onDatabase, type TestDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';

let db: TestDatabase;
let queue: Queue;

beforeAll(async () => {
  db = await createTestDatabase();
  queue = pgBossQueue({
    databaseUrl: db.url,
    database: db.database,
    logger: pino({ level: 'silent' }),
    jobTimeoutSeconds: 60,
  });
  await queue.start();
});
afterAll(async () => {
  await queue.stop(0);
  await db.close();
});

const inSql = (em: EntityManager, application: string) =>
  executeSql(em, 'select enqueue_deployments($1)', [[application]]);

describe('enqueue_deployments', () => {
  it('writes the row that pg-boss writes, in every column', async () => {
    const application = randomUUID();
    const rowOf = async (em: EntityManager) => {
      const { rows } = await executeSql<{ job: { id: string } }>(
        em,
        'select to_jsonb(job) as job from pgboss.job where singleton_key = $1',
        [application],
      );
      return rows.map(({ job: { id, ...job } }) => ({ ...job, hasId: id.length }));
    };
    // In one transaction, so that both have the same time.
    await db.database.asSystem().transactional(async (em) => {
      await executeSql(em, 'savepoint sent');
      await queue.enqueueDeployment(em, application);
      const sent = await rowOf(em);
      await executeSql(em, 'rollback to savepoint sent');
      await inSql(em, application);
      expect(sent).toMatchObject([{ name: 'deployments', state: 'created', data: { applicationId: application } }]);
      expect(await rowOf(em)).toEqual(sent);
    });
  });

  it('does nothing when a job of the application waits, as pg-boss', async () => {
    const application = randomUUID();
    await db.database.asSystem().transactional(async (em) => {
      await queue.enqueueDeployment(em, application);
      await inSql(em, application);
      const { rows } = await executeSql(em, 'select 1 from pgboss.job where singleton_key = $1', [application]);
      expect(rows).toHaveLength(1);
    });
  });

  it('notifies the workers as pg-boss', async () => {
    await onDatabase(db.url, async (client) => {
      const heard: string[] = [];
      client.on('notification', ({ channel, payload }) => heard.push(`${channel} ${payload}`));
      const { rows } = await client.query<{ channel: string }>(
        `select 'pgboss_' || left(encode(sha224('pgboss'), 'hex'), 24) as channel`,
      );
      const [found] = rows;
      await client.query(`listen ${found?.channel}`);
      await db.database.asSystem().transactional((em) => queue.enqueueDeployment(em, randomUUID()));
      await until('pg-boss', () => heard.length === 1);
      await db.database.asSystem().transactional((em) => inSql(em, randomUUID()));
      await until('the function', () => heard.length === 2);
      expect(heard).toEqual([`${found?.channel} deployments`, `${found?.channel} deployments`]);
    });
  });
});
