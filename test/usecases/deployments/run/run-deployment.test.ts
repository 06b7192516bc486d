import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../../src/database/database.ts';
import { Application } from '../../../../src/entities/application.ts';
import { DeploymentLog } from '../../../../src/entities/deployment-log.ts';
import type { DeploymentMetadata } from '../../../../src/entities/deployment-metadata.ts';
import { Deployment } from '../../../../src/entities/deployment.ts';
import { ConflictError, UserError } from '../../../../src/errors.ts';
import type { RolloutProgress, ServiceStatus, Swarm } from '../../../../src/swarm/swarm.ts';
import { Interruption } from '../../../../src/usecases/deployments/steps/interruption.ts';
import { runDeployment } from '../../../../src/usecases/deployments/run/run-deployment.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';
import { makeApplication, makeDeployment } from '../../../support/factories.ts';
import { fakeDeps, fakeIngress } from '../../../support/fakes.ts';
import { fails, progress, says, toldSwarm } from './told-swarm.ts';

let db: TestDatabase;
let application: Application;
let calls: string[];

beforeAll(async () => {
  db = await createTestDatabase();
});
beforeEach(async () => {
  application = await makeApplication(db.database, { replicas: 1 });
  calls = [];
});
afterAll(() => db.close());

function swarmThat(goes: () => AsyncIterable<RolloutProgress>, service?: Partial<ServiceStatus>): Swarm {
  return toldSwarm({ application, calls }, goes, service);
}

/** One that needs no build. */
function make(metadata: DeploymentMetadata = {}): Promise<Deployment> {
  const rollback = {
    rollback_of: '00000000-0000-4000-8000-000000000000',
    image: 'app:1',
    requested_by: 'ada (console)',
  };
  return makeDeployment(db.database, { application, metadata: { ...rollback, ...metadata } });
}

async function run({ id }: Deployment, swarm: Swarm, signal = new AbortController().signal, ingress = fakeIngress()) {
  await runDeployment(fakeDeps(db.database, { swarm, ingress: ingress.ingress }), id, signal);
  return stored(id);
}

async function stored(id: string): Promise<Deployment> {
  return db.database.asSystem().findOneOrFail(Deployment, id, { populate: ['application', 'logs'] });
}

async function auditOf(id: string): Promise<string[]> {
  const sql = 'select action from audit_logs where resource_id = $1';
  return (await executeSql<{ action: string }>(db.database.asSystem(), sql, [id])).rows.map(({ action }) => action);
}

describe('a deployment', () => {
  it('that converges is a success, and its application runs', async () => {
    const deployment = await make();
    const end = await run(
      deployment,
      swarmThat(() => says(progress('rolling_out'), progress('converged'))),
    );
    expect(end).toMatchObject({ status: 'success', application: { status: 'running' } });
    expect(end.completedAt).toBeInstanceOf(Date);
    expect(end.metadata).not.toHaveProperty('progress');
    expect(end.logs).toContain('The new version is healthy');
    expect(await auditOf(deployment.id)).toEqual(['deployment.success']);
  });

  it('of an application that is scaled to 0 says that nothing runs', async () => {
    application = await makeApplication(db.database, { replicas: 0 });
    const end = await run(
      await make(),
      swarmThat(() => says({ ...progress('converged'), healthy: 0, desired: 0 }), { replicas: 0, running: 0 }),
    );
    const note = `Nothing runs, because it is scaled to 0. To start it: \`scale ${application.project.name}/${application.name} 1\`.`;
    expect(end).toMatchObject({ status: 'success', metadata: { note }, application: { status: 'stopped' } });
    expect(end.logs).toContain(note);
  });

  it('that promotes rolls out the very image that it names, and builds nothing', async () => {
    const promoted_from = { deployment: randomUUID(), application: 'shop/api-staging' };
    const metadata = { promoted_from, image: 'shop-api-staging:1' };
    const end = await run(
      await makeDeployment(db.database, { application, metadata }),
      swarmThat(() => says(progress('converged'))),
    );
    expect(end).toMatchObject({ status: 'success', metadata });
    expect(end.logs).toContain('Taking image shop-api-staging:1 from shop/api-staging');
  });

  it('is not slow for having waited for somebody’s approval', async () => {
    const startedAt = new Date(Date.now() - 5 * 3_600_000);
    const approval = { state: 'approved', expires_at: '', decided_at: new Date().toISOString() } as const;
    const metadata = { rollback_of: randomUUID(), image: 'app:1', approval };
    const end = await run(
      await makeDeployment(db.database, { application, startedAt, metadata }),
      swarmThat(() => says(progress('converged'))),
    );
    expect(end.metadata.duration_seconds).toBeLessThan(60);
    expect(end.metadata.durations?.queue).toBeLessThan(60);
  });

  it('that Swarm rolls back says why, and its application goes on', async () => {
    const swarm = swarmThat(() => says(progress('rolled_back', ['exited with 3'])), {});
    const end = await run(await make(), swarm);
    expect(end).toMatchObject({ status: 'rolled_back', application: { status: 'running' } });
    expect(end.metadata.error).toBe(
      'The new version did not stay healthy: exited with 3. The previous version still serves.',
    );
  });

  it.each([
    {
      what: 'Swarm stopped at once',
      docker: {},
      rest:
        'because Swarm stops the old tasks as soon as the new ones run. To wait until they answer: ' +
        '`app set NAME health-path=/`.',
    },
    {
      what: 'a host port allows only one of',
      docker: { ports: [{ container: 80, host: 80 }] },
      rest: 'because its host port is free only once it has stopped.',
    },
  ])('does not claim that a version served on which $what', async ({ docker, rest }) => {
    const own = await makeApplication(db.database, { dockerConfig: docker });
    const deployment = await makeDeployment(db.database, {
      application: own,
      metadata: { rollback_of: randomUUID(), image: 'app:1' },
    });
    const end = await run(
      deployment,
      swarmThat(() => says({ ...progress('rolled_back', ['exited with 3']), reverted: true, restarted: true })),
    );
    expect(end.metadata.error).toBe(
      'The new version did not stay healthy: exited with 3. The previous version serves again; ' +
        `nothing answered in between, ${rest.replace('NAME', `${own.project.name}/${own.name}`)}`,
    );
  });

  it('tells a person’s mistake, and of a bug only its id', async () => {
    const mistake = await run(
      await make(),
      swarmThat(() => fails(new UserError('No node has 512 GB.'))),
    );
    expect(mistake).toMatchObject({ status: 'failed', metadata: { error: 'No node has 512 GB.' } });
    const bug = await run(
      await make(),
      swarmThat(() => fails(new TypeError('undefined is no function'))),
    );
    expect(bug.metadata.error).toMatch(/^Something went wrong \(error id [0-9a-f]{8}\)/);
    expect(JSON.stringify(bug)).not.toContain('undefined is no function');
  });

  it('succeeds although the ingress does not answer, and says so', async () => {
    const ingress = fakeIngress();
    ingress.ingress.apply = async () => {
      throw new Error('no answer');
    };
    const end = await run(
      await make(),
      swarmThat(() => says(progress('converged'))),
      undefined,
      ingress,
    );
    expect(end.status).toBe('success');
    const lines = await db.database.asSystem().find(DeploymentLog, { deployment: end.id, level: 'warn' });
    expect(lines.map(({ message }) => message)).toEqual([
      'The ingress did not accept the new routes; Shipmate will retry',
    ]);
  });

  it('that was ended from elsewhere stays as it was ended', async () => {
    const deployment = await make();
    const swarm = swarmThat(async function* () {
      yield progress('rolling_out');
      await executeSql(db.database.asSystem(), `update deployments set status = 'failed' where id = $1`, [
        deployment.id,
      ]);
      yield progress('converged');
    });
    expect(await run(deployment, swarm)).toMatchObject({ status: 'failed' });
    expect(await auditOf(deployment.id)).toEqual([]);
  });

  it('is left unfinished when the process has to stop, and Swarm goes on', async () => {
    const deployment = await make();
    const stopping = new AbortController();
    const swarm = swarmThat(async function* () {
      yield progress('rolling_out');
      stopping.abort(new Error('shutting down'));
      throw stopping.signal.reason;
    });
    await expect(run(deployment, swarm, stopping.signal)).rejects.toMatchObject({ reason: 'handed_back' });
    expect(await stored(deployment.id)).toMatchObject({ status: 'deploying', metadata: { rollout_started: true } });
    expect(calls).toEqual(['apply']);
  });

  it.each([
    { what: 'brings the version before back', updateState: 'updating', undone: ['rollBack'] },
    { what: 'removes a first version', updateState: undefined, undone: ['rollBack', 'remove'] },
  ])('that is cancelled while it rolls out $what', async ({ updateState, undone }) => {
    const deployment = await make();
    const cancelling = new AbortController();
    const labels = { 'shipmate.deployment': deployment.id };
    const swarm = swarmThat(
      async function* () {
        yield progress('rolling_out');
        cancelling.abort(new Interruption('cancelled', 'Cancelled.'));
        throw cancelling.signal.reason;
      },
      { labels, ...(updateState && { updateState }) },
    );
    const end = await run(deployment, swarm, cancelling.signal);
    expect(end).toMatchObject({ status: 'failed', metadata: { reason: 'cancelled', error: 'Cancelled.' } });
    expect(calls).toEqual(['apply', ...undone]);
  });

  it('says why it failed, although its containers take long to end', async () => {
    const made = await make();
    const service = { labels: { 'shipmate.deployment': made.id } };
    const remove = () => Promise.reject(new ConflictError('They still run.'));
    const end = await run(made, { ...swarmThat(() => fails(new UserError('No more.')), service), remove });
    expect(end).toMatchObject({ status: 'failed', metadata: { error: 'No more.' } });
  });
});

describe('a deployment that a killed process was rolling out', () => {
  const begun = { rollout_started: true, rollout_from: 7, rollout_from_update: '2026-01-01T00:00:00Z' };

  it.each([
    {
      what: 'is watched when Swarm works on it',
      service: { version: 8, updateState: 'updating' },
      ours: true,
      did: 'watch',
    },
    {
      what: 'is watched when Swarm has rolled it back',
      service: { version: 9, updateState: 'rollback_completed' },
      ours: false,
      did: 'watch',
    },
    {
      what: 'is watched when its rollback reads like a success by now',
      service: { version: 10, updateState: 'completed', updateBegan: '2026-01-01T00:01:00Z' },
      ours: false,
      did: 'watch',
    },
    {
      what: 'is begun when only the update before has ended meanwhile',
      service: { version: 8, updateState: 'completed', updateBegan: '2026-01-01T00:00:00Z' },
      ours: false,
      did: 'apply',
    },
    { what: 'is begun when Swarm never heard of it', service: { version: 7 }, ours: false, did: 'apply' },
    {
      what: 'is begun when Swarm still shows the rollback of another one',
      service: { version: 7, updateState: 'rollback_completed' },
      ours: false,
      did: 'apply',
    },
  ])('$what', async ({ service, ours, did }) => {
    const deployment = await make(begun);
    const labels = { 'shipmate.deployment': ours ? deployment.id : 'another' };
    const end = await run(
      deployment,
      swarmThat(() => says(progress('converged')), { ...service, labels }),
    );
    expect(end.status).toBe('success');
    expect(calls).toEqual([did]);
  });

  it.each([
    { what: 'is taken back', owner: 'ours', did: ['rollBack'] },
    { what: 'leaves the service of another one alone', owner: 'another', did: [] },
  ])('and whose image is gone by then $what', async ({ owner, did }) => {
    const deployment = await make(begun);
    const labels = { 'shipmate.deployment': owner === 'ours' ? deployment.id : owner };
    const swarm = swarmThat(() => says(progress('converged')), { version: 8, updateState: 'updating', labels });
    const end = await run(deployment, { ...swarm, findImage: async () => undefined });
    expect(end).toMatchObject({
      status: 'failed',
      metadata: { error: 'The image `app:1` is no longer on this host. Deploy its commit again instead.' },
    });
    expect(calls).toEqual(did);
  });

  it('is begun when there is no service', async () => {
    const end = await run(
      await make({ rollout_started: true }),
      swarmThat(() => says(progress('converged'))),
    );
    expect(end.status).toBe('success');
    expect(calls).toEqual(['apply']);
  });
});
