import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Application } from '../../../src/entities/application.ts';
import { DeploymentLog } from '../../../src/entities/deployment-log.ts';
import type { Project } from '../../../src/entities/project.ts';
import { serviceName } from '../../../src/swarm/names.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeDeployment, makeProject } from '../../support/factories.ts';
import { fakeDeps, fakeGit, fakeIngress, fakeQueue, fakeSwarm } from '../../support/fakes.ts';
import { makePerson, type Person } from '../../support/person.ts';

const commit = '3f2c1ab4000000000000000000000000000000aa';

let test: TestDatabase;
let deps: Deps;
let ada: Person;
let project: Project;
let application: Application;
let app: string;
let service: string;
const { swarm, calls, running } = fakeSwarm();
const { queue, enqueued } = fakeQueue();
const { applied, ingress } = fakeIngress();
beforeAll(async () => {
  test = await createTestDatabase();
  deps = fakeDeps(test.database, { swarm, queue, ingress, git: fakeGit({ main: commit, v1: commit }) });
  ada = await makePerson(deps, 'admin');
  project = await makeProject(test.database, { name: 'shop', owner: ada.user });
});
afterAll(() => test.close());
beforeEach(async () => {
  application = await makeApplication(test.database, {
    name: `api-${randomUUID().slice(0, 6)}`,
    project,
    sourceConfig: { clone_url: 'https://github.com/acme/api.git', branch: 'main' },
    dockerConfig: { ports: [{ container: 3000 }] },
  });
  app = `shop/${application.name}`;
  service = serviceName('shop', application.name, application.id);
});

async function deployed(replicas = 1): Promise<void> {
  await makeDeployment(test.database, { application, status: 'success', commitSha: commit, completedAt: new Date() });
  running(service, replicas);
}

async function row(): Promise<Application> {
  return test.database.asSystem().transactional(async (em) => em.findOneOrFail(Application, application.id));
}

describe('deploy', () => {
  it('queues the commit that the tracked branch names', async () => {
    const reply = await ada.type(`deploy ${application.name}`);
    expect(reply).toMatchObject({ tone: 'info', deploymentId: expect.any(String) });
    expect(reply.text).toContain('3f2c1ab');
    expect(reply.data).toMatchObject({ application: app, deployment: { status: 'pending', commit } });
    expect(enqueued).toContain(application.id);
  });

  it('says so when the ref does not exist', async () => {
    expect((await ada.type(`deploy ${app} nope`)).text).toBe('The repository has no `nope`.');
  });

  it('redeploy forces', async () => {
    expect((await ada.type(`redeploy ${app}`)).data).toMatchObject({ deployment: { metadata: { force: true } } });
  });

  it('can be cancelled while it waits', async () => {
    await ada.type(`deploy ${app}`);
    expect((await ada.type(`cancel ${app}`)).tone).toBe('warning');
    expect((await ada.type(`history ${app}`)).data).toMatchObject([{ status: 'failed', outcome: 'cancelled' }]);
    expect((await ada.type(`cancel ${app}`)).text).toContain('Nothing to cancel');
  });

  it('can be rolled back to an earlier version', async () => {
    const metadata = { image: 'shipmate/shop-api:old', ref: 'main' };
    const old = await makeDeployment(test.database, {
      application,
      status: 'success',
      metadata,
      completedAt: new Date(0),
    });
    await makeDeployment(test.database, {
      application,
      status: 'success',
      metadata: { image: 'shipmate/shop-api:new' },
      completedAt: new Date(),
    });
    expect((await ada.type(`rollback ${app}`)).data).toMatchObject({
      deployment: { metadata: { trigger: 'rollback', rollback_of: old.id } },
    });
  });
});

describe('scale, stop, start and restart', () => {
  it('scale changes the service and the rows', async () => {
    await deployed();
    expect(await ada.type(`scale ${app} 3`)).toMatchObject({ tone: 'success', text: `\`${app}\` runs 3 tasks.` });
    expect(calls).toContain(`scale ${service} 3`);
    expect(await row()).toMatchObject({ replicas: 3, status: 'running' });
  });

  it('scale of what was never deployed only remembers', async () => {
    expect((await ada.type(`scale ${app} 2`)).text).toContain('will run 2 tasks once it is deployed');
    expect(await row()).toMatchObject({ replicas: 2, status: 'stopped' });
  });

  it('stop keeps the number of replicas for start', async () => {
    await deployed(2);
    await ada.type(`scale ${app} 2`);
    expect((await ada.type(`stop ${app}`)).text).toBe(`\`${app}\` is stopped.`);
    expect(await row()).toMatchObject({ replicas: 2, status: 'stopped' });
    expect((await ada.type(`start ${app}`)).text).toBe(`\`${app}\` runs 2 tasks.`);
    expect(await row()).toMatchObject({ status: 'running' });
  });

  it('tell the ingress whether visitors find anything', async () => {
    await deployed();
    const told = () => applied.at(-1)?.routes.find((route) => route.service === service)?.down;
    await ada.type(`stop ${app}`);
    expect(told()).toBe(true);
    await ada.type(`start ${app}`);
    expect(told()).toBeUndefined();
    await ada.type(`scale ${app} 0`);
    expect(told()).toBe(true);
  });

  it('restart replaces the tasks', async () => {
    await deployed();
    expect((await ada.type(`restart ${app}`)).tone).toBe('success');
    expect(calls).toContain(`restart ${service}`);
  });

  it.each(['stop', 'start', 'restart'])('%s needs a deployment first', async (verb) => {
    expect((await ada.type(`${verb} ${app}`)).text).toContain(`Deploy it first: \`deploy ${app}\``);
  });

  it.each(['stop', 'start', 'restart', 'scale'])('%s waits for a deployment to end', async (verb) => {
    await deployed();
    await makeDeployment(test.database, { application, status: 'deploying' });
    const reply = await ada.type(`${verb} ${app}${verb === 'scale' ? ' 2' : ''}`);
    expect(reply.text).toContain(`A deployment of \`${app}\` is in progress.`);
  });
});

describe('status, history and logs', () => {
  it('status asks Swarm', async () => {
    await deployed(2);
    const reply = await ada.type(`status ${app}`);
    expect(reply.fields).toContainEqual({ name: 'Tasks', value: '2 of 2 running' });
    expect(reply.link?.url).toBe(`http://${application.name}.shop.localhost:8088`);
    expect(reply.data).toMatchObject({ running: 2, lastDeployment: { status: 'success' } });
    expect((await ada.type('status')).table?.rows).toContainEqual([app, 'stopped', '1']);
  });

  it('status of what was never deployed says how, and leads to no address that answers nobody', async () => {
    const reply = await ada.type(`status ${app}`);
    expect(reply.fields).toContainEqual({ name: 'Status', value: `not deployed yet: \`deploy ${app}\`` });
    expect(reply.link).toBeUndefined();
  });

  it('a project in the place of an application is told as such', async () => {
    expect((await ada.type('deploy shop')).text).toMatch(
      /^There is no application `shop`: that is a project\. Write e\.g\. `shop\/[^`]+`\.$/,
    );
  });

  it('status shows why the last deployment failed', async () => {
    const metadata = { reason: 'timed_out', error: 'The build took longer than 30 min.' } as const;
    await makeDeployment(test.database, { application, status: 'failed', metadata, completedAt: new Date() });
    const { fields } = await ada.type(`status ${app}`);
    expect(fields).toContainEqual({ name: 'Why', value: 'The build took longer than 30 min.' });
    expect(fields).toContainEqual({ name: 'Last deployment', value: expect.stringContaining('timed out') });
  });

  it('history lists the newest first', async () => {
    await makeDeployment(test.database, { application, status: 'failed', startedAt: new Date(Date.now() - 60_000) });
    await deployed();
    const { data, table } = await ada.type(`history ${app}`);
    expect(data).toMatchObject([{ status: 'success' }, { status: 'failed' }]);
    expect(table?.rows).toHaveLength(2);
    expect((await ada.type(`history ${app} --limit 1`)).table?.rows).toHaveLength(1);
  });

  it('logs shows what the tasks wrote', async () => {
    expect((await ada.type(`logs ${app}`)).text).toContain('does not run on Swarm');
    await deployed();
    expect((await ada.type(`logs ${app} --lines 2 --since 10m`)).code).toBe(`${service} line 1\n${service} line 2`);
    expect((await ada.type(`logs ${app} --since soon`)).text).toContain(
      '`soon` is not a duration from `0s` to `36500d`',
    );
  });

  it('logs --build shows the log of the last deployment', async () => {
    const deployment = await makeDeployment(test.database, { application, status: 'building' });
    await test.database.asSystem().transactional(async (em) => {
      for (const message of ['one', 'two', 'three']) em.create(DeploymentLog, { deployment, level: 'info', message });
    });
    expect((await ada.type(`logs ${app} --build --lines 2`)).code).toBe('two\nthree');
  });
});

describe('audit', () => {
  it('is filtered by person, application and time', async () => {
    const grace = await makePerson(deps, 'super_admin');
    await grace.type(`scale ${app} 2`);
    await ada.type(`deploy ${app}`);
    await ada.type(`cancel ${app}`);
    const actions = async (line: string) =>
      ((await ada.type(line)).data as { action: string }[]).map((entry) => entry.action);
    expect(await actions(`audit --app ${app}`)).toEqual([
      'deployment.cancel',
      'application.deploy',
      'application.scale',
    ]);
    expect(await actions(`audit --app ${app} --user ${grace.user.username}`)).toEqual(['application.scale']);
    expect(await actions(`audit --app ${app} --since 1h --limit 1`)).toEqual(['deployment.cancel']);
    expect((await ada.type('audit --user nobody')).text).toContain('There is no user `nobody`.');
  });
});
