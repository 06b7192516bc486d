import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import type { Database } from '../../../../src/database/database.ts';
import { DeploymentLog } from '../../../../src/entities/deployment-log.ts';
import { Deployment } from '../../../../src/entities/deployment.ts';
import { createRedactor } from '../../../../src/secrets/redact.ts';
import { openDeploymentLog } from '../../../../src/usecases/deployments/steps/deployment-log.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';
import { makeDeployment } from '../../../support/factories.ts';
import { until } from '../../../support/until.ts';

let db: TestDatabase;
let id: string;
/** Transactions that were asked for, and how many of the next ones fail. */
let transactions = 0;
let failing = 0;

beforeAll(async () => {
  db = await createTestDatabase();
});
beforeEach(async () => {
  ({ id } = await makeDeployment(db.database, { status: 'building' }));
  transactions = 0;
  failing = 0;
});
afterAll(() => db.close());

/** The database, which goes away at times. */
function unreliable(): Database {
  return {
    ...db.database,
    asSystem() {
      transactions += 1;
      if (failing === 0) return db.database.asSystem();
      failing -= 1;
      throw new Error('the database went away');
    },
  };
}

function open(secrets: string[] = []) {
  const deps = { database: unreliable(), logger: pino({ level: 'silent' }) };
  return openDeploymentLog(deps, id, createRedactor(secrets));
}

async function lines(): Promise<string[]> {
  const rows = await db.database.asSystem().find(DeploymentLog, { deployment: id }, { orderBy: { id: 'asc' } });
  return rows.map(({ level, message }) => `${level} ${message}`);
}

describe('the log of a deployment', () => {
  it('writes many lines and the latest progress in one go, in order', async () => {
    const log = open();
    const given = Array.from({ length: 200 }, (_, at) => `line ${at}`);
    for (const line of given) log.line(line);
    log.progress({ phase: 'building', step: 1, steps: 2 });
    log.progress({ phase: 'building', step: 2, steps: 2 });
    await log.flush();
    expect(transactions).toBe(1);
    expect(await lines()).toEqual(given.map((line) => `info ${line}`));
    const { metadata } = await db.database.asSystem().findOneOrFail(Deployment, id);
    expect(metadata.progress).toEqual({ phase: 'building', step: 2, steps: 2 });
  });

  it('writes by itself after a moment, and tells who listens', async () => {
    const told: string[] = [];
    const stop = await db.database.listen('deployment', (payload) => told.push(payload));
    open().line('hello', 'warn');
    await until('the row', async () => (await lines()).length === 1);
    await until('the notice', () => told.includes(id));
    await stop();
    expect(await lines()).toEqual(['warn hello']);
  });

  it('loses no line and writes none twice when the database goes away for a while', async () => {
    const log = open();
    log.line('one');
    failing = 1;
    await expect(log.flush()).rejects.toThrow('the database went away');
    log.line('two');
    await log.flush();
    await log.flush();
    expect(await lines()).toEqual(['info one', 'info two']);
  });

  it('keeps the newest progress when an older one could not be written', async () => {
    const log = open();
    log.progress({ phase: 'cloning' });
    failing = 1;
    const flushed = log.flush();
    log.progress({ phase: 'building' });
    await expect(flushed).rejects.toThrow();
    await log.flush();
    const { metadata } = await db.database.asSystem().findOneOrFail(Deployment, id);
    expect(metadata.progress).toEqual({ phase: 'building' });
  });

  it('never holds a secret, a NUL or an endless line', async () => {
    const log = open(['hunter22-hunter22']);
    log.line('connecting with hunter22-hunter22\r\nas base64: ' + btoa('hunter22-hunter22'));
    log.line('a\0b');
    log.line('x'.repeat(10_000));
    await log.flush();
    const [first = '', second = '', third, long = ''] = await lines();
    expect(first).toMatch(/^info connecting with /);
    expect(first + second).not.toContain('hunter22');
    expect(first + second).not.toContain(btoa('hunter22-hunter22').slice(0, 12));
    expect(third).toBe('info ab');
    expect(long).toHaveLength('info '.length + 4_000);
  });
});
