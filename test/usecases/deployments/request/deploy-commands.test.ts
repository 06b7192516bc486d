import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Application } from '../../../../src/entities/application.ts';
import { Deployment } from '../../../../src/entities/deployment.ts';
import type { DeploymentMetadata } from '../../../../src/entities/deployment-metadata.ts';
import type { User } from '../../../../src/entities/user.ts';
import { cancelDeployment } from '../../../../src/usecases/deployments/request/cancel-deployment.ts';
import { deployApplication } from '../../../../src/usecases/deployments/request/deploy-application.ts';
import type { Deps } from '../../../../src/usecases/deps.ts';
import { rollBack } from '../../../../src/usecases/deployments/request/roll-back.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';
import { makeApplication, makeDeployment, makeProject, makeUser } from '../../../support/factories.ts';
import { consoleOrigin, fakeDeps } from '../../../support/fakes.ts';

let db: TestDatabase;
let deps: Deps;
let user: User;

beforeAll(async () => {
  db = await createTestDatabase();
  deps = fakeDeps(db.database);
  user = await makeUser(db.database);
});
afterAll(() => db.close());

async function makeOwn(over: Partial<Application> = {}): Promise<Application> {
  return makeApplication(db.database, { project: await makeProject(db.database, { owner: user }), ...over });
}

function nameOf({ project, name }: Application): string {
  return `${project.name}/${name}`;
}

/** A deployment that succeeded `minutesAgo`. */
function succeeded(application: Application, minutesAgo: number, metadata: DeploymentMetadata, commitSha: string) {
  const completedAt = new Date(Date.now() - minutesAgo * 60_000);
  return makeDeployment(db.database, { application, status: 'success', completedAt, metadata, commitSha });
}

function stored({ id }: Pick<Deployment, 'id'>): Promise<Deployment> {
  return db.database.asSystem().findOneOrFail(Deployment, id);
}

const commitOf = (digit: string) => digit.repeat(40);

describe('rollback', () => {
  const ask = async (application: Application, deployment?: string) =>
    stored(await rollBack(deps, { user, application: nameOf(application), deployment, origin: consoleOrigin() }));

  it('goes back to the version before, past failures and past deployments of the live one', async () => {
    const application = await makeOwn();
    await succeeded(application, 40, { image: 'app:1' }, commitOf('1'));
    const before = await succeeded(application, 30, { image: 'app:2', ref: 'main' }, commitOf('2'));
    await succeeded(application, 20, { image: 'app:3' }, commitOf('3'));
    await makeDeployment(db.database, { application, status: 'rolled_back', metadata: { image: 'app:4' } });
    await succeeded(application, 10, { image: 'app:3' }, commitOf('3'));
    const made = await ask(application);
    expect(made).toMatchObject({
      commitSha: commitOf('2'),
      metadata: {
        trigger: 'rollback',
        rollback_of: before.id,
        image: 'app:2',
        ref: 'main',
        requested_by: 'ada (console)',
      },
    });
  });

  it('takes a deployment by the first characters of its id or its commit', async () => {
    const application = await makeOwn();
    const oldest = await succeeded(application, 40, { image: 'app:1' }, commitOf('1'));
    await succeeded(application, 30, { image: 'app:2' }, commitOf('2'));
    await succeeded(application, 20, { image: 'app:3' }, commitOf('3'));
    expect((await ask(application, oldest.id.slice(0, 8))).metadata.rollback_of).toBe(oldest.id);
    expect((await ask(application, '2222222')).commitSha).toBe(commitOf('2'));
  });

  it('refuses what is live, what never succeeded, and what did not record its image', async () => {
    const application = await makeOwn();
    await expect(ask(application)).rejects.toThrow('has no successful deployment to roll back to');
    await succeeded(application, 40, {}, commitOf('0'));
    await succeeded(application, 20, { image: 'app:1' }, commitOf('1'));
    await makeDeployment(db.database, { application, status: 'failed', commitSha: commitOf('f') });
    await expect(ask(application)).rejects.toThrow('has no earlier version');
    await expect(ask(application, '11111')).rejects.toThrow('is already live');
    await expect(ask(application, 'fffff')).rejects.toThrow('No successful deployment');
    await expect(ask(application, '00000')).rejects.toThrow('did not record its image');
  });
});

describe('deploy of an image', () => {
  it.each([
    ['nginx:1.26', undefined, 'nginx:1.26'],
    ['nginx:1.26', '1.27', 'nginx:1.27'],
    ['nginx', '1.27', 'nginx:1.27'],
    ['registry.example:5000/web', '2', 'registry.example:5000/web:2'],
    ['registry.example:5000/web:1', '2', 'registry.example:5000/web:2'],
    [`nginx@sha256:${'a'.repeat(64)}`, '1.27', 'nginx:1.27'],
    ['nginx:1.26', 'caddy:2', 'caddy:2'],
    ['nginx:1.26', 'example/web', 'example/web'],
  ])('%s with %s is %s', async (image, ref, wanted) => {
    const application = await makeOwn({ type: 'docker', sourceType: 'docker', sourceConfig: { image } });
    const asked = await deployApplication(deps, {
      user,
      application: nameOf(application),
      ref,
      origin: consoleOrigin(),
    });
    const made = await stored(asked);
    expect(made).toMatchObject({ metadata: { ref: wanted, trigger: 'command' } });
    expect(made.commitSha).toBeNull();
  });
});

describe('cancel', () => {
  const ask = (application: Application) =>
    cancelDeployment(deps, { user, application: nameOf(application), origin: consoleOrigin() });

  it('ends one that waits at once', async () => {
    const application = await makeOwn();
    const waiting = await makeDeployment(db.database, { application });
    await ask(application);
    expect(await stored(waiting)).toMatchObject({
      status: 'failed',
      completedAt: expect.any(Date),
      metadata: { reason: 'cancelled', error: 'Cancelled by ada (console).' },
    });
  });

  it('asks for the end of one that runs, and tells its worker', async () => {
    const application = await makeOwn();
    const running = await makeDeployment(db.database, { application, status: 'building' });
    const told = Promise.withResolvers<string>();
    const stop = await db.database.listen('deployment_cancel', told.resolve);
    await ask(application);
    expect(await told.promise).toBe(running.id);
    await stop();
    const { status, metadata } = await stored(running);
    expect(status).toBe('building');
    expect(metadata).toMatchObject({ cancel_requested_by: 'ada (console)' });
  });

  it('leaves the one that runs when another one waits', async () => {
    const application = await makeOwn();
    const startedAt = new Date(Date.now() - 60_000);
    const running = await makeDeployment(db.database, { application, status: 'building', startedAt });
    const waiting = await makeDeployment(db.database, { application });
    await ask(application);
    expect((await stored(waiting)).status).toBe('failed');
    expect((await stored(running)).metadata).not.toHaveProperty('cancel_requested_by');
  });

  it('says so when there is nothing to cancel', async () => {
    const application = await makeOwn();
    await makeDeployment(db.database, { application, status: 'success' });
    await expect(ask(application)).rejects.toThrow('Nothing to cancel');
  });
});

describe('deploy with a full commit id', () => {
  const deploy = async (over: Partial<Application['sourceConfig']> = {}) => {
    const asked: string[] = [];
    const git = {
      ...deps.git,
      async resolve(_: unknown, ref: string) {
        asked.push(ref);
        return { commit: commitOf('e'), kind: 'commit' as const };
      },
    };
    const sourceConfig = { clone_url: 'https://github.com/acme/api.git', ...over };
    const application = nameOf(await makeOwn({ sourceConfig }));
    const request = { user, application, ref: commitOf('d'), origin: consoleOrigin() };
    const { commitSha } = await stored(await deployApplication({ ...deps, git }, request));
    return { asked, commitSha };
  };

  it('leaves it to the checkout to find the commit', async () => {
    expect(await deploy()).toEqual({ asked: [], commitSha: commitOf('d') });
  });

  it.each([{ protected: true }, { checks: 'required' as const }])(
    'looks it up where something reads the commit before the checkout: %j',
    async (settings) => {
      expect(await deploy(settings)).toEqual({ asked: [commitOf('d')], commitSha: commitOf('e') });
    },
  );
});
