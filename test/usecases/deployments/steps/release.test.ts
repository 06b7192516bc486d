import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../../src/database/database.ts';
import type { SourceConfig } from '../../../../src/entities/application-config.ts';
import type { DeploymentMetadata } from '../../../../src/entities/deployment-metadata.ts';
import { Deployment } from '../../../../src/entities/deployment.ts';
import type { RolloutProgress, ServiceSpec, ServiceStatus, Swarm } from '../../../../src/swarm/swarm.ts';
import { Interruption } from '../../../../src/usecases/deployments/steps/interruption.ts';
import { runDeployment } from '../../../../src/usecases/deployments/run/run-deployment.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';
import { makeApplication, makeDeployment } from '../../../support/factories.ts';
import { fakeDeps, fakeSwarm } from '../../../support/fakes.ts';
import { progress } from '../run/told-swarm.ts';

let db: TestDatabase;
let specs: ServiceSpec[];
let removed: string[];

beforeAll(async () => {
  db = await createTestDatabase();
});
beforeEach(() => {
  specs = [];
  removed = [];
});
afterAll(() => db.close());

/** The one-off's service goes as told and prints; the application converges. */
function swarmThat(
  goes: (signal: AbortSignal) => AsyncIterable<RolloutProgress>,
  { prints = [], exists = false }: { prints?: string[]; exists?: boolean } = {},
): Swarm {
  const oneOff: ServiceStatus = { name: '', image: '', version: 1, replicas: 0, running: 0, labels: {}, job: true };
  return {
    ...fakeSwarm().swarm,
    findImage: async () => ({ id: 'sha256:1', sizeBytes: 1 }),
    inspect: async (name) => (exists && name.includes('-release-') ? oneOff : undefined),
    async *apply(spec, signal) {
      specs.push(spec);
      yield* spec.job ? goes(signal) : [progress('converged')];
    },
    async *followLogs() {
      yield* prints.map((text) => ({ time: '', text }));
    },
    async remove(name) {
      removed.push(name);
    },
  };
}

async function* ends(...all: RolloutProgress[]): AsyncGenerator<RolloutProgress> {
  yield* all;
}

const failed: RolloutProgress = progress('failed', ['exited with code 3']);

async function deploy(
  swarm: Swarm,
  {
    metadata = {},
    source = {},
    signal = new AbortController().signal,
  }: {
    metadata?: DeploymentMetadata;
    source?: SourceConfig;
    signal?: AbortSignal;
  } = {},
): Promise<Deployment> {
  const application = await makeApplication(db.database, {
    type: 'docker',
    sourceConfig: { image: 'app:1', release: 'npm run migrate', ...source },
    dockerConfig: {
      ports: [{ container: 3000, host: 9000 }],
      healthcheck: { test: ['CMD', 'true'] },
      args: ['--serve'],
      resources: { limits: { memory: '64M' } },
    },
    replicas: 2,
  });
  const { id } = await makeDeployment(db.database, { application, metadata });
  const pulls = { ...swarm, pull: async (image: string) => image };
  await runDeployment(fakeDeps(db.database, { swarm: pulls }), id, signal);
  return db.database.asSystem().findOneOrFail(Deployment, id, { populate: ['logs'] });
}

describe('a release command', () => {
  it('is one task that runs before the roll-out, without ports and health check', async () => {
    const end = await deploy(swarmThat(() => ends(progress('rolling_out'), progress('converged'))));
    expect(end).toMatchObject({ status: 'success', metadata: { release: { state: 'succeeded' } } });
    const [release, service] = specs;
    expect(specs).toHaveLength(2);
    expect(service?.job).toBeUndefined();
    expect(release).toMatchObject({
      image: service?.image,
      network: service?.network,
      replicas: 1,
      job: true,
      once: true,
      extras: { restart: { condition: 'none' } },
      labels: { 'shipmate.one-off': 'release', 'shipmate.deployment': end.id },
    });
    expect(release?.docker).toEqual({
      command: ['sh', '-c', 'npm run migrate'],
      healthcheck: { test: ['NONE'] },
      resources: { limits: { memory: '64M' } },
    });
    expect(removed).toEqual([release?.name]);
  });

  it('that fails quotes its last lines, and nothing is rolled out', async () => {
    const prints = Array.from({ length: 40 }, (_, at) => `line ${at}`);
    const end = await deploy(swarmThat(() => ends(progress('rolling_out'), failed), { prints }));
    expect(end).toMatchObject({ status: 'failed', metadata: { release: { state: 'failed' } } });
    expect(end.metadata.error).toBe(
      ['The release command failed, so nothing was rolled out: exited with code 3:']
        .concat(prints.slice(-10).map((line) => `  ${line}`))
        .join('\n'),
    );
    expect(end.logs?.split('\n').filter((line) => line.startsWith('line '))).toEqual(prints);
    expect(specs).toHaveLength(1);
    expect(removed).toEqual([specs[0]?.name]);
  });

  it.each([
    ['that ended well is not run again', 'succeeded', false, 'success', 0],
    ['that failed is not run again', 'failed', false, 'failed', 0],
    ['that was asked for but never made is run', 'asked', false, 'success', 1],
    ['that exists is followed', 'created', true, 'success', 1],
    ['whose service somebody removed is not run again', 'created', false, 'failed', 0],
  ] as const)('of a deployment that is resumed: one %s', async (_what, state, exists, status, jobs) => {
    const release = { state, started_at: new Date().toISOString() };
    const end = await deploy(
      swarmThat(() => ends(progress('converged')), { exists }),
      { metadata: { release } },
    );
    expect(end.status).toBe(status);
    expect(specs.filter(({ job }) => job)).toHaveLength(jobs);
  });

  it('has its time limit from its first start, also after a restart', async () => {
    const started_at = new Date(Date.now() - 3_600_000).toISOString();
    const hangs = async function* (signal: AbortSignal) {
      yield progress('rolling_out');
      await setTimeout(60_000, undefined, { signal }).catch(() => signal.throwIfAborted());
    };
    const end = await deploy(swarmThat(hangs, { exists: true }), {
      metadata: { release: { state: 'created', started_at } },
      source: { release_timeout: '1h' },
    });
    expect(end).toMatchObject({ status: 'failed', metadata: { reason: 'timed_out' } });
    expect(end.metadata.error).toContain('The release command did not finish');
    expect(removed).toEqual([specs[0]?.name]);
  });

  it('is removed when its deployment is cancelled, and left alone when Shipmate stops', async () => {
    for (const reason of ['cancelled', 'handed_back'] as const) {
      const stop = new AbortController();
      const hangs = async function* (signal: AbortSignal) {
        yield progress('rolling_out');
        const aborted = new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason)),
        );
        stop.abort(new Interruption(reason, 'Stopped.'));
        await aborted;
      };
      const end = deploy(swarmThat(hangs), { signal: stop.signal });
      if (reason === 'handed_back') await expect(end).rejects.toThrow('Stopped.');
      else expect((await end).metadata).toMatchObject({ reason, error: 'Stopped.' });
      expect(removed).toHaveLength(1);
    }
  });

  it('is not started by a process that stalled until another one had ended it', async () => {
    const started_at = new Date().toISOString();
    let started = false;
    const swarm: Swarm = {
      ...swarmThat(() => ends(progress('converged'))),
      async *apply(spec, _signal, mayStart) {
        await executeSql(
          db.database.asSystem(),
          `update deployments set metadata = metadata || $1::jsonb where metadata ? 'release'`,
          [JSON.stringify({ release: { state: 'succeeded', started_at } })],
        );
        specs.push(spec);
        await mayStart?.();
        started = true;
        yield progress('converged');
      },
    };
    await expect(deploy(swarm)).rejects.toMatchObject({ reason: 'handed_back' });
    expect([started, removed]).toEqual([false, [specs[0]?.name]]);
  });

  it('is not run by a rollback, unless the application says so', async () => {
    const metadata = { rollback_of: '00000000-0000-4000-8000-000000000000', image: 'app:0' };
    const end = await deploy(
      swarmThat(() => ends(progress('converged'))),
      { metadata },
    );
    expect(end.logs).toContain('A rollback does not run the release command');
    expect(specs.map(({ job }) => job)).toEqual([undefined]);
    await deploy(
      swarmThat(() => ends(progress('converged'))),
      { metadata, source: { release_on_rollback: true } },
    );
    expect(specs.map(({ job }) => job)).toEqual([undefined, true, undefined]);
  });
});
