import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import { advisoryLeases, type Leases } from '../../../src/database/lease.ts';
import { ManagedDatabase } from '../../../src/entities/managed-database.ts';
import { UserError } from '../../../src/errors.ts';
import { ProgramError } from '../../../src/swarm/containers/program-error.ts';
import type { RolloutProgress, ServiceSpec, Swarm } from '../../../src/swarm/swarm.ts';
import { createDatabase } from '../../../src/usecases/databases/create-database.ts';
import { reconcileDatabase } from '../../../src/usecases/databases/reconcile-database.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeProject } from '../../support/factories.ts';
import { consoleOrigin, fakeDeps, fakeSwarm } from '../../support/fakes.ts';
import { makePerson, type Person } from '../../support/person.ts';

const never = new AbortController().signal;
let db: TestDatabase;
let leases: Leases;
let ada: Person;
let number = 0;
beforeAll(async () => {
  db = await createTestDatabase();
  leases = advisoryLeases(db.url);
  ada = await makePerson(fakeDeps(db.database), 'admin');
  await makeProject(db.database, { name: 'shop', owner: ada.user });
});
afterAll(async () => {
  await leases.close();
  await db.close();
});

function step(state: RolloutProgress['state'], ...taskErrors: string[]): RolloutProgress {
  return { state, healthy: state === 'converged' ? 1 : 0, desired: 1, taskErrors, version: 1 };
}

/** A Swarm on which roll-outs go as told; what was asked for is in `applied`. */
function swarmThat(steps: RolloutProgress[], over: Partial<Swarm> = {}, between = async () => {}) {
  const applied: ServiceSpec[] = [];
  const deps = fakeDeps(db.database, {
    leases,
    cipher,
    swarm: {
      ...fakeSwarm().swarm,
      pull: async (reference) => reference,
      async *apply(spec) {
        applied.push(spec);
        for (const one of steps) {
          yield one;
          await between();
        }
      },
      ...over,
    },
  });
  return { deps, applied };
}

const { cipher } = fakeDeps(undefined as never);

async function create(deps: Deps): Promise<ManagedDatabase> {
  number += 1;
  const name = `shop/db-${number}`;
  return createDatabase(deps, { user: ada.user, origin: consoleOrigin(), name, type: 'redis', settings: [] });
}

async function row(id: string): Promise<ManagedDatabase> {
  return db.database.asSystem().transactional(async (em) => em.findOneOrFail(ManagedDatabase, id));
}

describe('settling a database', () => {
  it('does not run an image that Shipmate built for an application', async () => {
    const findImage = async () => ({ id: 'sha256:1', sizeBytes: 1, application: 'an application' });
    const { deps, applied } = swarmThat([step('converged')], { findImage });
    const { id } = await create(deps);
    expect(await reconcileDatabase(deps, id, never)).toEqual({
      failed: expect.stringContaining('Shipmate built `redis:8` for an application.'),
    });
    const statusReason = 'Shipmate built `redis:8` for an application. Choose another with `db set --image`.';
    expect(await row(id)).toMatchObject({ status: 'failed', statusReason });
    expect(applied).toEqual([]);
  });

  it('brings it up, with its volume and its secrets, and says so', async () => {
    const { deps, applied } = swarmThat([step('rolling_out'), step('converged')]);
    const { id } = await create(deps);
    expect(await reconcileDatabase(deps, id, never)).toBe('running');
    expect(await row(id)).toMatchObject({ status: 'running', statusReason: null });
    expect(applied).toEqual([
      expect.objectContaining({
        image: 'redis:8',
        replicas: 1,
        env: {},
        extras: expect.objectContaining({ update: { order: 'stop-first' } }),
        volumes: [expect.objectContaining({ target: '/data' })],
        labels: expect.objectContaining({ 'shipmate.database': id }),
      }),
    ]);
    expect(Object.keys(applied[0]?.secretFiles ?? {})).toEqual(['password', 'redis.conf']);
    const sql = `select user_id, action from audit_logs where resource_id = $1 order by id`;
    expect((await executeSql(db.database.asSystem(), sql, [id])).rows).toEqual([
      { user_id: ada.user.id, action: 'database.create' },
      { user_id: null, action: 'database.running' },
    ]);
  });

  it('says why it failed', async () => {
    const { deps } = swarmThat([step('rolling_out'), step('failed', 'exited with code 1', 'no such image')]);
    const { id } = await create(deps);
    await reconcileDatabase(deps, id, never);
    expect(await row(id)).toMatchObject({ status: 'failed', statusReason: 'exited with code 1; no such image' });
  });

  it('says which image cannot be had', async () => {
    const pull = async () => {
      throw new UserError('The image `redis:8` cannot be pulled: no such host.');
    };
    const { deps, applied } = swarmThat([], { pull });
    const { id } = await create(deps);
    expect(await reconcileDatabase(deps, id, never)).toEqual({
      failed: expect.stringMatching(/^\S+\/\S+: The image `redis:8` cannot be pulled: no such host\.$/),
    });
    expect(applied).toEqual([]);
  });

  it('goes back to how it was when a change does not come up', async () => {
    const { deps } = swarmThat([step('rolled_back', 'exited with code 1')]);
    const { id } = await create(deps);
    await db.database.asSystem().nativeUpdate(ManagedDatabase, { id }, { version: '9', config: { maxmemory: '1GB' } });
    await reconcileDatabase(deps, id, never, { version: '8', config: {} });
    expect(await row(id)).toMatchObject({
      status: 'running',
      statusReason: 'the change did not come up and was rolled back: exited with code 1',
      version: '8',
      config: {},
    });
  });

  it.each([
    [0, 'failed', /^the change was not made: Redis has to rewrite its data .*, and it does not run$/],
    [1, 'running', /^the change was not made: Redis has to rewrite its data .*: the disk is full$/],
  ] as const)('does not let Redis start without its data: %d tasks run', async (running, status, reason) => {
    const service = { name: 'redis', image: 'redis:8', version: 1, replicas: 1, running, labels: {} };
    const { deps, applied } = swarmThat([step('converged')], { inspect: async () => service });
    const run = async () => Promise.reject(new ProgramError(1, 'the disk is full'));
    const oneShots = { ...deps.oneShots, removeLabelled: async () => {}, run };
    const { id } = await create(deps);
    await db.database.asSystem().nativeUpdate(ManagedDatabase, { id }, { config: { appendonly: true } });
    await reconcileDatabase({ ...deps, oneShots }, id, never, { version: '8', config: { appendonly: false } });
    const { config, statusReason, ...now } = await row(id);
    expect([now.status, config]).toEqual([status, { appendonly: false }]);
    expect(statusReason).toMatch(reason);
    expect(applied).toEqual([]);
  });

  it('leaves what was changed again meanwhile to the job of that change', async () => {
    let id = '';
    const { deps } = swarmThat([step('converged')], {}, async () => {
      await db.database.asSystem().nativeUpdate(ManagedDatabase, { id }, { config: { maxmemory: '2GB' } });
    });
    ({ id } = await create(deps));
    await reconcileDatabase(deps, id, never);
    expect(await row(id)).toMatchObject({ status: 'initializing', config: { maxmemory: '2GB' } });
  });

  it('ends when it is told to stop meanwhile', async () => {
    let id = '';
    const { deps } = swarmThat([step('rolling_out'), step('rolling_out')], {}, async () => {
      await db.database.asSystem().nativeUpdate(ManagedDatabase, { id }, { status: 'stopped' });
    });
    ({ id } = await create(deps));
    expect(await reconcileDatabase(deps, id, never)).toBe('superseded by a newer request');
    expect((await row(id)).status).toBe('stopped');
  });

  it('is handed back when the process has to stop, and leaves the row for the next run', async () => {
    const stopping = new AbortController();
    const { deps } = swarmThat([], {
      // eslint-disable-next-line require-yield
      async *apply(_spec, signal) {
        stopping.abort(new Error('shutting down'));
        signal.throwIfAborted();
      },
    });
    const { id } = await create(deps);
    await expect(reconcileDatabase(deps, id, stopping.signal)).rejects.toThrow('shutting down');
    expect((await row(id)).status).toBe('initializing');
    const again = swarmThat([step('converged')]);
    expect(await reconcileDatabase(again.deps, id, never)).toBe('running');
  });

  it('does nothing for one that is deleted', async () => {
    const { deps, applied } = swarmThat([]);
    expect(await reconcileDatabase(deps, '00000000-0000-4000-8000-000000000000', never)).toBe('it is deleted');
    expect(applied).toEqual([]);
  });
});
