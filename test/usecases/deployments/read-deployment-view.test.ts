import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readDeploymentView } from '../../../src/usecases/deployments/read-deployment-view.ts';
import { DeploymentLog, type LogLevel } from '../../../src/entities/deployment-log.ts';
import { Deployment } from '../../../src/entities/deployment.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeDeployment } from '../../support/factories.ts';
import { fakeDeps } from '../../support/fakes.ts';

let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
});

afterAll(() => db.close());

async function log(deployment: Deployment, lines: [LogLevel, string][]): Promise<void> {
  for (const [level, message] of lines) {
    await db.database.asSystem().transactional(async (em) => {
      em.create(DeploymentLog, { deployment: em.getReference(Deployment, deployment.id), level, message });
    });
  }
}

async function view({ id }: Deployment) {
  return readDeploymentView(fakeDeps(db.database), id);
}

const info = (message: string): [LogLevel, string] => ['info', message];
const warn = (message: string): [LogLevel, string] => ['warn', message];

describe('what a message is drawn from', () => {
  it('names the application in full, and where it answers', async () => {
    const application = await makeApplication(db.database, { dockerConfig: { ports: [{ container: 3000 }] } });
    const found = await view(await makeDeployment(db.database, { application }));
    expect(found?.application).toBe(`${application.project.name}/${application.name}`);
    expect(found?.url).toBe(`http://${application.name}.${application.project.name}.localhost:8088`);
  });

  it('is nothing when the deployment is gone', async () => {
    expect(await readDeploymentView(fakeDeps(db.database), crypto.randomUUID())).toBeUndefined();
  });

  it('names what a waiting deployment waits for, in its own application', async () => {
    const application = await makeApplication(db.database);
    const waiting = await makeDeployment(db.database, { application });
    await makeDeployment(db.database, { status: 'building' });
    expect(await view(waiting)).toMatchObject({ waitsFor: undefined });
    await makeDeployment(db.database, { application, status: 'deploying', commitSha: 'feed'.repeat(10) });
    expect(await view(waiting)).toMatchObject({ waitsFor: 'feedfee' });
  });

  it('knows whether there is a version to go back to', async () => {
    const application = await makeApplication(db.database);
    const success = (minutesAgo: number) => {
      const startedAt = new Date(Date.now() - minutesAgo * 60_000);
      return makeDeployment(db.database, { application, status: 'success', startedAt });
    };
    const first = await success(3);
    const second = await success(1);
    expect(await view(first)).toMatchObject({ canGoBack: false });
    expect(await view(second)).toMatchObject({ canGoBack: true });
  });
});

describe('the lines that matter', () => {
  it('are the last of the build, without the error that the message says already', async () => {
    const deployment = await makeDeployment(db.database, { status: 'failed', metadata: { error: 'Broken.\nAt 3.' } });
    const built = Array.from({ length: 20 }, (_, at) => info(`line ${at + 1}`));
    await log(deployment, [...built, ['error', 'Broken.'], ['error', 'At 3.']]);
    const lines = (await view(deployment))?.lastLines;
    expect(lines).toHaveLength(12);
    expect([lines?.[0], lines?.at(-1)]).toEqual(['line 9', 'line 20']);
  });

  it('are what the failing tasks did and printed, when there were any', async () => {
    const deployment = await makeDeployment(db.database, { status: 'rolled_back', metadata: { error: 'Unhealthy.' } });
    await log(deployment, [info('Step 1'), info('Rolling out'), warn('A task failed: exit 1'), warn('  no DATABASE')]);
    await log(deployment, [['error', 'Unhealthy.']]);
    expect((await view(deployment))?.lastLines).toEqual(['A task failed: exit 1', '  no DATABASE']);
  });

  it('are not read for one that goes well', async () => {
    const deployment = await makeDeployment(db.database, { status: 'building' });
    await log(deployment, [info('Step 1')]);
    expect(await view(deployment)).not.toHaveProperty('lastLines');
  });
});
