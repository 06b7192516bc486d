import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { brief, briefStatement } from '../../../src/usecases/retention/delete-in-batches.ts';
import { onDatabase } from '../../support/database.ts';
import { retentionStage, type RetentionStage } from './stage.ts';

let stage: RetentionStage;
beforeAll(async () => {
  stage = await retentionStage();
});
afterAll(() => stage.db.close());

const rename = `with ${brief} update projects set name = $1 from brief where name = $2
  returning current_setting('lock_timeout') as waits, current_setting('synchronous_commit') as flushes`;

it('a brief statement waits for little, and leaves its connection as it was', async () => {
  const rows = await briefStatement(stage.deps, rename, ['shop-2', 'shop']);
  expect(rows).toEqual([{ waits: '50ms', flushes: 'off' }]);
  // Statements in turn are made on one connection.
  expect(await stage.deps.database.querySystem('show lock_timeout', [])).toEqual([{ lock_timeout: '0' }]);
  expect(await stage.deps.database.querySystem('show synchronous_commit', [])).toEqual([{ synchronous_commit: 'on' }]);
  await briefStatement(stage.deps, rename, ['shop', 'shop-2']);
});

it('a brief statement is given up when somebody holds its row, and has changed nothing', async () => {
  await onDatabase(stage.db.url, async (other) => {
    await other.query('begin');
    await other.query(`select from projects where name = 'shop' for update`);
    await expect(briefStatement(stage.deps, rename, ['shop-2', 'shop'])).rejects.toMatchObject({ code: '55P03' });
  });
  expect(await stage.sql('select name from projects')).toEqual([{ name: 'shop' }]);
});
