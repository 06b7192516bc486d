import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { countBuildSteps } from '../support/build-steps.ts';
import { expectSuccess } from '../support/expect-end.ts';
import { openShipmate, type RunningShipmate } from '../support/shipmate.ts';
import { createTestApp, endsOnceLetGo, type TestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';

const env = { SHIPMATE_CONCURRENCY: '1' };
let one: RunningShipmate;
let two: RunningShipmate;
let apps: TestApp[];

beforeAll(async () => {
  one = await openShipmate({ env });
  two = await openShipmate({ env, beside: one });
  apps = [await createTestApp(one, { name: 'one' }), await createTestApp(one, { name: 'two' })];
});

afterAll(async () => {
  await two.close();
  await one.close();
  await Promise.all(apps.map((each) => each[Symbol.asyncDispose]()));
});

/** Deployments that run, by application. */
async function running(): Promise<string[]> {
  const rows = await one.rows<{ application_id: string }>(
    `select application_id from deployments where status in ('building', 'deploying')`,
  );
  return rows.map((row) => row.application_id);
}

async function hasCheckout({ dataDir }: RunningShipmate, id: string): Promise<boolean> {
  return (await readdir(join(dataDir, 'checkouts'))).includes(id);
}

describe('two Shipmates on one database', () => {
  it('share the work, and never run one application twice', async () => {
    const [first, second] = apps as [TestApp, TestApp];
    const [one1, two1] = [await first.push('1', { held: 'build' }), await second.push('1', { held: 'build' }, two)];
    let atOnce = 0;
    let ended = false;
    const watching = until('the end', async () => {
      const applications = await running();
      expect(new Set(applications).size).toBe(applications.length);
      atOnce = Math.max(atOnce, applications.length);
      return ended;
    });
    await until('both builds', async () => (await running()).length === 2);
    const next = await first.push('2', {}, two);
    for (const [app, id] of [
      [first, one1],
      [second, two1],
      [first, next],
    ] as const) {
      expectSuccess(await endsOnceLetGo(one, app, id));
    }
    ended = true;
    await watching;
    expect(atOnce).toBe(2);
  });

  it('take over from the one that dies', async () => {
    const [app] = apps as [TestApp];
    const id = await app.push('3', { held: 'build' });
    await until('the build', async () => (await countBuildSteps(app.id)) === 1);
    const builder = (await hasCheckout(one, id)) ? one : two;
    await builder.process().kill();
    expectSuccess(await endsOnceLetGo(one, app, id));
    expect(await countBuildSteps(app.id)).toBe(0);
  });
});
