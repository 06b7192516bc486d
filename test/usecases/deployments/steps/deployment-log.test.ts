import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import type { Database } from '../../../../src/database/database.ts';
import { DeploymentLog } from '../../../../src/entities/deployment-log.ts';
import { Deployment } from '../../../../src/entities/deployment.ts';
import { createRedactor } from '../../../../src/secrets/redact.ts';
import { openDeploymentLog, storedBytes } from '../../../../src/usecases/deployments/steps/deployment-log.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';
import { makeDeployment } from '../../../support/factories.ts';
import { until } from '../../../support/until.ts';

const never = new AbortController().signal;

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
  it('overwrites no later phase with progress that waits to be stored', async () => {
    const log = open();
    log.progress({ phase: 'building', step: 1, steps: 2 });
    const writing = log.flush();
    log.progress({ phase: 'building', step: 2, steps: 2 });
    await log.dropProgress();
    const pushing = { progress: { phase: 'pushing' } } as const;
    await db.database.asSystem().nativeUpdate(Deployment, { id }, { metadata: pushing });
    log.line('Pushing');
    await Promise.all([writing, log.flush()]);
    expect((await db.database.asSystem().findOneOrFail(Deployment, id)).metadata).toEqual(pushing);
  });

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

  it('stores with the lines of a program when the last of them was printed', async () => {
    const log = open();
    const metadata = async () => (await db.database.asSystem().findOneOrFail(Deployment, id)).metadata;
    log.line('starts');
    await log.flush();
    expect(await metadata()).not.toHaveProperty('printed_until');
    await log.output('one', never, { time: '2026-11-28T12:00:00.000000001Z' });
    await log.output('two', never, { time: '2026-11-28T12:00:00.000000002Z' });
    log.line('ends');
    await log.flush();
    expect(await metadata()).toHaveProperty('printed_until', '2026-11-28T12:00:00.000000002Z');
  });

  it('hides a secret that lines cut, and one at the end', async () => {
    const log = open(['hunter22-hunter22']);
    await log.output('as hunter22', never);
    await log.output('-hunter22 now', never);
    log.line('as hunter22-hun');
    await log.flush();
    expect(await lines()).toEqual(['info as [redacted]', 'info [redacted] now', 'info as [redacted]']);
  });

  it('holds a program that prints faster than lines are stored, also while the database is away', async () => {
    const log = open();
    failing = 1;
    const given = Array.from({ length: 300 }, (_, at) => `${at} ${'x'.repeat(1_000)}`);
    const waits = given.map((line) => log.output(line, never));
    // 256 KiB may wait.
    expect(waits.findIndex((wait) => wait !== undefined)).toBe(260);
    await Promise.all(waits.filter((wait) => wait !== undefined));
    expect(log.output('more', never)).toBeUndefined();
    await log.flush();
    expect(await lines()).toEqual([...given, 'more'].map((line) => `info ${line}`));
    expect(failing).toBe(0);
  });

  it('lets go of a program whose step was ended', async () => {
    const log = open();
    failing = 1_000;
    const ended = AbortSignal.abort();
    const waits = Array.from({ length: 300 }, () => log.output('x'.repeat(1_000), ended));
    await Promise.all(waits.filter((wait) => wait !== undefined));
    failing = 0;
    await log.flush();
    expect(await lines()).toHaveLength(300);
  });

  it('stays within ten megabytes, with the end of the output', async () => {
    const log = open();
    for (let at = 0; at < 30_000; at += 1) await log.output(`${at} ${'x'.repeat(1_000)}`, never);
    log.line('The new version is healthy');
    await log.flush();
    expect(await storedBytes({ database: db.database }, id)).toBeLessThan(10 * 1024 ** 2);
    const stored = await lines();
    expect(stored[0]).toMatch(/^info 0 x/);
    expect(stored.filter((line) => line.startsWith('warn'))).toEqual([
      'warn The output is long: what follows is stored when this step ends',
      expect.stringMatching(/^warn \d+ lines \(\d+(\.\d+)? MiB\) are left out here: the log holds 10 MiB$/),
    ]);
    expect(stored.at(-2)).toMatch(/^info 29999 x/);
    expect(stored.at(-1)).toBe('info The new version is healthy');
  });
});
