import { randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { executeSql } from '../../../src/database/database.ts';
import { advisoryLeases } from '../../../src/database/lease.ts';
import type { Application } from '../../../src/entities/application.ts';
import { DeploymentLog } from '../../../src/entities/deployment-log.ts';
import { Deployment } from '../../../src/entities/deployment.ts';
import { gitProviders } from '../../../src/entities/git-provider.ts';
import { createCipher } from '../../../src/secrets/aes-gcm.ts';
import { changeDeployment, type DeploymentChange } from '../../../src/usecases/deployments/deployment-state.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { createCommitStatusReporter } from '../../../src/usecases/commit-statuses/report-commit-status.ts';
import { connectedApplication, librariesFor } from '../../support/connected-application.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeDeployment } from '../../support/factories.ts';
import { fakeDeps } from '../../support/fakes.ts';
import type { FakeGitHosts } from '../../support/fake-git-hosts.ts';
import { startGitHosts } from '../../support/git-hosts.ts';
import { until } from '../../support/until.ts';

const cipher = createCipher([randomBytes(32)]);
let db: TestDatabase;
let hosts: FakeGitHosts;
let logged: string;
let stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  db = await createTestDatabase();
});
beforeEach(async () => {
  hosts = await startGitHosts();
  logged = '';
});
afterEach(async () => {
  for (const stop of stops) await stop();
  stops = [];
  await hosts[Symbol.asyncDispose]();
  await db.database.asSystem().nativeDelete(Deployment, {});
});
afterAll(async () => db.close());

/** What one replica of Shipmate has. */
function replica(): Deps {
  const leases = advisoryLeases(db.url);
  stops.push(() => leases.close());
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      logged += chunk.toString();
      done();
    },
  });
  return fakeDeps(db.database, { cipher, leases, gitHostApis: librariesFor(hosts), logger: pino(output) });
}

async function start(deps = replica()): Promise<() => Promise<void>> {
  const reporter = createCommitStatusReporter(deps, { pollMs: 100, firstRetryMs: 50 });
  stops.unshift(() => reporter.stop());
  await reporter.start();
  return () => reporter.stop();
}

async function deploymentOf(application: Application, over: Partial<Deployment> = {}): Promise<Deployment> {
  const made = await makeDeployment(db.database, { application, metadata: { requested_by: 'ada (github)' }, ...over });
  await db.database.asSystem().transactional((em) => db.database.notify(em, 'deployment', made.id));
  return made;
}

async function move({ id }: Deployment, change: DeploymentChange): Promise<void> {
  await db.database.asSystem().transactional((em) => changeDeployment(db, em, id, change));
}

const success: DeploymentChange = { status: 'success', finished: true, metadata: { duration_seconds: 41 } };

/** States that arrived, in order. */
const states = () => hosts.received.map(({ state }) => state);

async function told(...wanted: string[]): Promise<void> {
  await until(`to be told ${wanted.join(', ')}`, () => states().join() === wanted.join());
}

async function settled(id: string): Promise<Deployment> {
  return until('the row to say what was reported', async () => {
    const row = await db.database.asSystem().findOneOrFail(Deployment, id);
    const { commit_status: reported } = row.metadata;
    return reported && (reported.refused !== undefined || reported.state === states().at(-1)) ? row : undefined;
  });
}

describe('a deployment of a connected application', () => {
  it.each(gitProviders)('is a status of its commit at %s, from its beginning to its end', async (provider) => {
    const application = await connectedApplication({ cipher, database: db.database }, hosts, { provider });
    await start();
    const deployment = await deploymentOf(application);
    await told('pending');
    await settled(deployment.id);
    await move(deployment, { status: 'building' });
    await move(deployment, success);
    await told('pending', 'success');
    expect(hosts.received[1]).toEqual({
      repository: 'acme/api',
      commit: deployment.commitSha,
      state: 'success',
      context: `shipmate/${application.project.name}/${application.name}`,
      description: 'Deployed in 41 s',
      targetUrl: `http://ship.example/deployments/${deployment.id}`,
    });
  });

  it.each([
    [{ status: 'failed', metadata: { error: 'The build failed.' } }, 'failure', 'The build failed.'],
    [{ status: 'rolled_back', metadata: { error: 'It exited with 3.' } }, 'failure', 'Rolled back: It exited with 3.'],
    [{ status: 'failed', metadata: { reason: 'cancelled', error: 'Cancelled by ada.' } }, 'error', 'Cancelled by ada.'],
    [{ status: 'success', metadata: { rollback_of: 'x', duration_seconds: 3 } }, 'success', 'Rolled out again in 3 s'],
  ] as const)('%j is a status of its commit', async (over, state, description) => {
    const application = await connectedApplication({ cipher, database: db.database }, hosts);
    await deploymentOf(application, over);
    await start();
    await told(state);
    expect(hosts.received[0]).toMatchObject({ description });
  });

  it('is reported as it ended after the host was down, once', async () => {
    const application = await connectedApplication({ cipher, database: db.database }, hosts);
    hosts.answer = { status: 503, body: {} };
    await start();
    const deployment = await deploymentOf(application);
    await until('a try', () => hosts.requests() > 1);
    await move(deployment, success);
    hosts.answer = undefined;
    await told('success');
    await settled(deployment.id);
  });

  it('is not asked for again before the host wants to be asked', async () => {
    const application = await connectedApplication({ cipher, database: db.database }, hosts);
    hosts.answer = { status: 429, headers: { 'retry-after': '2' } };
    await start();
    await deploymentOf(application);
    await until('a try', () => hosts.requests() === 1);
    const asked = performance.now();
    hosts.answer = undefined;
    await told('pending');
    expect(performance.now() - asked).toBeGreaterThan(1_500);
    expect(hosts.requests()).toBe(2);
  });

  it('is reported by the next start when this one ends in the middle', async () => {
    const application = await connectedApplication({ cipher, database: db.database }, hosts);
    hosts.answer = { status: 502 };
    const stop = await start();
    const deployment = await deploymentOf(application);
    await until('a try', () => hosts.requests() > 0);
    await stop();
    await move(deployment, success);
    hosts.answer = undefined;
    await start();
    await told('success');
  });

  it('is reported once by two replicas', async () => {
    const application = await connectedApplication({ cipher, database: db.database }, hosts);
    await Promise.all([start(), start()]);
    const deployment = await deploymentOf(application);
    await told('pending');
    await settled(deployment.id);
    await move(deployment, success);
    await told('pending', 'success');
    await settled(deployment.id);
    expect(hosts.requests()).toBe(2);
  });

  it('whose token is refused says so once, in its log and in Shipmate’s, without the token', async () => {
    const token = 'a-token-that-was-revoked';
    const application = await connectedApplication({ cipher, database: db.database }, hosts, { token });
    await start();
    const deployment = await deploymentOf(application);
    const row = await settled(deployment.id);
    expect(row.metadata.commit_status).toEqual({ state: 'pending', refused: 401 });
    await move(deployment, success);
    const other = await connectedApplication({ cipher, database: db.database }, hosts);
    await deploymentOf(other);
    await told('pending');
    expect(hosts.requests()).toBe(2);
    const lines = await db.database.asSystem().find(DeploymentLog, { deployment: deployment.id });
    expect(lines.map(({ message }) => message)).toEqual([
      `Could not report to the git host: it answered 401: Bad credentials. Renew the token: ` +
        `\`app connect ${application.project.name}/${application.name} --status-token\`.`,
    ]);
    expect(logged.match(/refused a commit status/g)).toHaveLength(1);
    expect(logged + JSON.stringify(row)).not.toContain(token);
  });

  it('is reported with the token that clones, which says nothing in the log when it may not', async () => {
    const refused = await connectedApplication({ cipher, database: db.database }, hosts, {
      clones: true,
      token: 'reads',
    });
    const silent = await deploymentOf(refused, { status: 'success' });
    await deploymentOf(await connectedApplication({ cipher, database: db.database }, hosts, { clones: true }));
    await start();
    await told('pending');
    expect((await settled(silent.id)).metadata.commit_status).toEqual({ state: 'success', refused: 401 });
    expect(await db.database.asSystem().count(DeploymentLog, { deployment: silent.id })).toBe(0);
  });

  it('is left to the newer deployment of the same commit', async () => {
    const application = await connectedApplication({ cipher, database: db.database }, hosts);
    const [earlier, later] = [new Date(Date.now() - 2_000), new Date(Date.now() - 1_000)];
    await deploymentOf(application, { status: 'failed', startedAt: earlier, metadata: { reason: 'superseded' } });
    await deploymentOf(application, { status: 'success', startedAt: later });
    await start();
    await told('success');
  });

  it('is nobody’s news after a day, and without a token or a commit nobody’s at all', async () => {
    const connected = await connectedApplication({ cipher, database: db.database }, hosts);
    await deploymentOf(connected, { startedAt: new Date(Date.now() - 25 * 3_600_000) });
    await deploymentOf(connected, { commitSha: null });
    const silent = await connectedApplication({ cipher, database: db.database }, hosts);
    await executeSql(db.database.asSystem(), `update git_sources set webhook_config = '{}' where application_id = $1`, [
      silent.id,
    ]);
    await deploymentOf(silent);
    const last = await connectedApplication({ cipher, database: db.database }, hosts);
    await deploymentOf(last, { status: 'success' });
    await start();
    await told('success');
    expect(hosts.requests()).toBe(1);
  });
});
