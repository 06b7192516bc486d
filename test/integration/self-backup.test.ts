import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { servicesOf } from '../../scripts/support/remove-services.ts';
import { restoreSelf } from '../../src/restore-self.ts';
import { createEmptyDatabase, type EmptyDatabase, onDatabase } from '../support/database.ts';
import { expectSuccess } from '../support/expect-end.ts';
import { resticInPath } from '../support/restic.ts';
import { visit } from '../support/ingress-fixture.ts';
import { openShipmate, type RunningShipmate } from '../support/shipmate.ts';
import { docker, runningContainers } from '../support/swarm-fixture.ts';
import { createTestApp, type TestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';

const passphrase = 'correct horse battery staple';
let store: string;
let shipmate: RunningShipmate;
let app: TestApp;
let database: EmptyDatabase;

beforeAll(async () => {
  await resticInPath();
  store = await mkdtemp(join(tmpdir(), 'shipmate-self-drill-'));
  const env = { SHIPMATE_SELF_BACKUP_PASSPHRASE: passphrase, SHIPMATE_SELF_BACKUP_FOLDER: join(store, 'backups') };
  shipmate = await openShipmate({ env });
  app = await createTestApp(shipmate, { name: 'kept', settings: '--port 8080' });
  database = await createEmptyDatabase();
});
afterAll(async () => {
  await shipmate.close();
  await app[Symbol.asyncDispose]();
  await database.close();
  await rm(store, { recursive: true, force: true });
});

interface Seen {
  containers: string[];
  version: number;
  body: string;
}

/** What runs: a service that was deployed again would have another version. */
async function seen(): Promise<Seen> {
  const [name = ''] = await servicesOf(app.id);
  const service = (await docker.getService(name).inspect()) as { Version: { Index: number } };
  const { body } = await visit(shipmate.ingressPort, app.host);
  return { containers: await runningContainers(name), version: service.Version.Index, body };
}

async function backedUp(): Promise<void> {
  await shipmate.command('schedule run self-backup');
  await until('the backup', async () => {
    const [run] = await shipmate.rows<{ status: string; result: string }>(
      `select status, result from job_runs where job = 'self-backup'`,
    );
    if (run?.status === 'failed') throw new Error(run.result);
    return run?.status === 'success';
  });
}

async function statusOf(deployment: string): Promise<string> {
  return onDatabase(database.url, async (client) => {
    const { rows } = await client.query<{ status: string }>('select status from deployments where id = $1', [
      deployment,
    ]);
    return rows[0]?.status ?? 'unknown';
  });
}

describe('Shipmate on another machine', () => {
  it('serves the services that run from its backup without deploying them again, and deploys the next push', async () => {
    expectSuccess(await shipmate.deploymentEnds(await app.push('1')));
    await backedUp();
    const before = await seen();
    expect(JSON.parse(before.body)).toMatchObject({ version: '1' });
    expect(before.containers).toHaveLength(1);
    await shipmate.process().kill();

    const there = { DATABASE_URL: database.url, SHIPMATE_DATA_DIR: join(store, 'data'), SHIPMATE_SECRET_KEY: '' };
    const machine = { ...shipmate.env, ...there };
    await restoreSelf([], machine, () => undefined);
    await expect(shipmate.restart(machine)).rejects.toThrow(/runs services of the one that the backup is of: `.*kept/);
    expect(await seen()).toEqual(before);
    await restoreSelf(['--adopt'], machine, () => undefined);
    await shipmate.restart(machine);

    expect((await shipmate.command(`status ${app.name}`)).tone).toBe('success');
    expect((await shipmate.command('whoami')).data).toMatchObject({ role: 'super_admin' });
    expect(await seen()).toEqual(before);
    const next = await app.push('2');
    await until('the next version', async () => (await statusOf(next)) === 'success');
    expect(JSON.parse((await seen()).body)).toMatchObject({ version: '2' });
  });
});
