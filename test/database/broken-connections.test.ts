import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectDatabase } from '../../src/database/connect.ts';
import { type Database, executeSql, isDatabaseAway } from '../../src/database/database.ts';
import { Deployment } from '../../src/entities/deployment.ts';
import { EngineAwayError } from '../../src/swarm/engine-errors.ts';
import { createCutProxy, type CutProxy } from '../support/cut-proxy.ts';
import { createMigratedDatabase, type EmptyDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';

let copy: EmptyDatabase;
let server: CutProxy;
let database: Database;

beforeAll(async () => {
  copy = await createMigratedDatabase();
  const url = new URL(copy.url);
  server = await createCutProxy({ host: url.hostname, port: Number(url.port) });
  url.host = `127.0.0.1:${server.port}`;
  database = await connectDatabase(url.href, { poolSize: 2 });
});
afterAll(async () => {
  await database.close();
  await copy.close();
  await server[Symbol.asyncDispose]();
});

const select = () => executeSql(database.asSystem(), 'select 1 as one');
const failureOf = (work: Promise<unknown>) => work.then(() => undefined).catch((error: unknown) => error);

describe('a connection that breaks', () => {
  it('in the middle of a transaction leaves its place in the pool to others', async () => {
    for (let round = 0; round < 3; round += 1) {
      const transaction = database.asSystem().transactional(async (em) => {
        await executeSql(em, 'select 1');
        server.cut();
        await until('it is noticed', async () => (await failureOf(executeSql(em, 'select 2'))) !== undefined);
        throw new Error('on purpose');
      });
      await expect(transaction).rejects.toThrow();
    }
    expect((await select()).rows).toEqual([{ one: 1 }]);
  });

  it('in the middle of a statement does so too', async () => {
    for (let round = 0; round < 3; round += 1) {
      const sleeping = executeSql(database.asSystem(), 'select pg_sleep(60)');
      const failure = failureOf(sleeping);
      await until('the statement', () => server.open() > 0);
      server.cut();
      expect(isDatabaseAway(await failure)).toBe(true);
    }
    expect((await select()).rows).toEqual([{ one: 1 }]);
  });
});

describe('a server that takes no connections', () => {
  it('is away, whoever asks; Docker that does not answer, or a statement that is refused, is another matter', async () => {
    await server.refuse();
    const asked = [select(), database.asSystem().find(Deployment, {}), database.querySystem('select 1', [])];
    const failures = await Promise.all(asked.map(failureOf));
    expect(failures.map(isDatabaseAway)).toEqual([true, true, true]);
    await server.restore();
    expect(isDatabaseAway(await failureOf(executeSql(database.asSystem(), 'select 1 / 0')))).toBe(false);
    const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    expect(isDatabaseAway(cause)).toBe(false);
    expect(isDatabaseAway(new EngineAwayError('Docker does not answer.', { cause }))).toBe(false);
  });
});
