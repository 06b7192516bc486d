import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Application } from '../../../../src/entities/application.ts';
import { ChatMessage } from '../../../../src/entities/chat-message.ts';
import { Deployment } from '../../../../src/entities/deployment.ts';
import { DeploymentLog } from '../../../../src/entities/deployment-log.ts';
import { finishDeployment } from '../../../../src/usecases/deployments/run/finish-deployment.ts';
import { readDeploymentView } from '../../../../src/usecases/deployments/read-deployment-view.ts';
import { deploymentReply } from '../../../../src/replies/deployment-reply.ts';
import type { Deps } from '../../../../src/usecases/deps.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';
import { makeApplication, makeDeployment, makeProject } from '../../../support/factories.ts';
import { fakeDeps } from '../../../support/fakes.ts';
import { makePerson, type Person } from '../../../support/person.ts';

let db: TestDatabase;
let deps: Deps;
let ada: Person;
let application: Application;
let name: string;
let minute = 0;

beforeAll(async () => {
  db = await createTestDatabase();
  deps = fakeDeps(db.database);
  ada = await makePerson(deps, 'admin');
});
afterAll(() => db.close());
beforeEach(async () => {
  const project = await makeProject(db.database, { owner: ada.user });
  application = await makeApplication(db.database, {
    project,
    type: 'docker',
    sourceType: 'docker',
    sourceConfig: { image: 'web:1' },
  });
  name = `${project.name}/${application.name}`;
});

/** Each one a minute after the one before. */
function deployment(over: Partial<Deployment>): Promise<Deployment> {
  const startedAt = new Date(Date.UTC(2026, 0, 1, 0, (minute += 1)));
  const ended = over.status === 'success' || over.status === 'failed' || over.status === 'rolled_back';
  return makeDeployment(db.database, {
    application,
    commitSha: null,
    startedAt,
    ...(ended && { completedAt: startedAt }),
    ...over,
  });
}

function success(image: string): Promise<Deployment> {
  return deployment({ status: 'success', metadata: { image, ref: image } });
}

const short = ({ id }: Deployment) => id.slice(0, 8);

async function stored(id: string | undefined): Promise<Deployment> {
  return db.database.asSystem().findOneOrFail(Deployment, id ?? '', { refresh: true });
}

async function buttonsUnder({ id }: Deployment): Promise<string[]> {
  const view = await readDeploymentView(deps, id);
  return view ? (deploymentReply(view).actions ?? []).map(({ command }) => command) : [];
}

/** Presses a button as it was when its message was posted. */
async function press(made: Deployment, label: string) {
  const view = await readDeploymentView(deps, made.id);
  const action = view && deploymentReply(view).actions?.find((one) => one.label === label);
  return () => ada.type(action?.command ?? '');
}

describe('Retry', () => {
  it('under a failed rollback rolls back again', async () => {
    const first = await success('web:1');
    await success('web:2');
    const metadata = { image: 'web:1', ref: 'web:1', rollback_of: first.id, trigger: 'rollback' } as const;
    const retry = await press(await deployment({ status: 'failed', metadata }), 'Retry');
    const { deploymentId } = await retry();
    expect((await stored(deploymentId)).metadata).toMatchObject({
      trigger: 'rollback',
      rollback_of: first.id,
      image: 'web:1',
    });
  });

  it('under a failed `deploy web 2-hotfix` deploys that', async () => {
    const retry = await press(await deployment({ status: 'failed', metadata: { ref: 'web:2-hotfix' } }), 'Retry');
    expect((await stored((await retry()).deploymentId)).metadata).toMatchObject({ ref: 'web:2-hotfix', force: true });
  });

  it('under a failed promotion deploys the same image', async () => {
    const from = { deployment: '00000000-0000-4000-8000-000000000000', application: 'shop/staging' };
    const metadata = { image: 'web:7', ref: 'main', promoted_from: from, trigger: 'promote' } as const;
    const retry = await press(await deployment({ status: 'failed', metadata }), 'Retry');
    expect((await stored((await retry()).deploymentId)).metadata).toMatchObject({
      trigger: 'promote',
      image: 'web:7',
      promoted_from: from,
    });
  });

  it('asks where another version has become live, and does it when told to go on', async () => {
    const failed = await deployment({ status: 'failed', metadata: { ref: 'web:2' } });
    const retry = await press(failed, 'Retry');
    const live = await success('web:3');
    const reply = await retry();
    const line = `redeploy ${name} --deployment ${short(failed)} --live ${short(live)}`;
    expect(reply).toMatchObject({
      private: true,
      text: `This has changed since the button was made: ${short(live)} (web:3) is live. Go on?`,
      actions: [{ command: line }],
    });
    expect((await stored((await ada.type(line)).deploymentId)).metadata.ref).toBe('web:2');
  });
});

describe('Roll back', () => {
  it('under an old success asks, and says what is live', async () => {
    await success('web:1');
    const rollBack = await press(await success('web:2'), 'Roll back');
    const live = await success('web:3');
    const reply = await rollBack();
    expect(reply.deploymentId).toBeUndefined();
    expect(reply.text).toBe(`This has changed since the button was made: ${short(live)} (web:3) is live. Go on?`);
    expect(reply.actions).toMatchObject([{ command: `rollback ${name} --live ${short(live)}` }]);
  });

  it('asks while another deployment is in progress', async () => {
    await success('web:1');
    const rollBack = await press(await success('web:2'), 'Roll back');
    const running = await deployment({ status: 'building', metadata: { ref: 'web:3' } });
    expect((await rollBack()).text).toContain(`${short(running)} (web:3) is in progress`);
  });

  it('goes back where nothing has changed', async () => {
    const before = await success('web:1');
    const rollBack = await press(await success('web:2'), 'Roll back');
    expect((await stored((await rollBack()).deploymentId)).metadata.rollback_of).toBe(before.id);
  });

  it('of a message of the version before still does what its line says', async () => {
    const before = await success('web:1');
    await success('web:2');
    expect((await stored((await ada.type(`rollback ${name}`)).deploymentId)).metadata.rollback_of).toBe(before.id);
  });
});

describe('Cancel', () => {
  it('cancels its deployment, not a newer one that waits', async () => {
    const running = await deployment({ status: 'building' });
    const cancel = await press(running, 'Cancel');
    const waiting = await deployment({});
    expect((await cancel()).text).toContain(`Cancelling deployment ${short(running)}`);
    expect((await stored(running.id)).metadata.cancel_requested_by).toBe(`${ada.user.username} (console)`);
    expect((await stored(waiting.id)).status).toBe('pending');
  });

  it('of one that has ended says so, and offers the one in progress', async () => {
    const waiting = await deployment({ metadata: { ref: 'web:1' } });
    const cancel = await press(waiting, 'Cancel');
    await cancel();
    const running = await deployment({ status: 'building', metadata: { ref: 'web:2' } });
    const reply = await cancel();
    expect(reply).toMatchObject({
      text:
        `Deployment ${short(waiting)} (web:1) of \`${name}\` has already ended: cancelled. ` +
        `In progress is ${short(running)} (web:2). Cancel that one?`,
      actions: [{ command: `cancel ${name} --deployment ${short(running)}` }],
    });
    expect((await stored(running.id)).metadata).not.toHaveProperty('cancel_requested_by');
  });

  it('of one that has ended says so where nothing is in progress', async () => {
    const cancel = await press(await deployment({ metadata: { ref: 'web:1' } }), 'Cancel');
    await cancel();
    const reply = await cancel();
    expect(reply.tone).toBe('danger');
    expect(reply.text).toMatch(/has already ended: cancelled\.$/);
  });
});

it('Logs shows the log of its deployment, not of the newest', async () => {
  const failed = await deployment({ status: 'failed' });
  const logs = await press(failed, 'Logs');
  const newer = await deployment({ status: 'failed' });
  const em = db.database.asSystem();
  for (const [of, message] of [
    [failed, 'npm error'],
    [newer, 'disk full'],
  ] as const) {
    em.create(DeploymentLog, { deployment: em.getReference(Deployment, of.id), message, level: 'info' });
  }
  await em.flush();
  expect(await logs()).toMatchObject({ title: `Deployment ${short(failed)} of ${name}`, code: 'npm error' });
});

it('takes buttons that can do nothing any more off older messages, once the next version is live', async () => {
  await success('web:0');
  const live = await success('web:1');
  const failed = await deployment({ status: 'failed' });
  const next = await deployment({ status: 'deploying', metadata: { ref: 'web:2' } });
  const em = db.database.asSystem();
  const rows = [live, failed].map(({ id }) =>
    em.create(ChatMessage, {
      deployment: em.getReference(Deployment, id),
      platform: 'slack',
      channel: 'C1',
      message: '1700000000.000100',
      finishedAt: new Date(),
    }),
  );
  await em.flush();
  expect(await buttonsUnder(live)).toEqual([`rollback ${name} --live ${short(live)}`]);
  await finishDeployment(deps, await stored(next.id), { status: 'success' });
  for (const { id } of rows) {
    expect((await db.database.asSystem().findOneOrFail(ChatMessage, id)).finishedAt).toBeNull();
  }
  expect(await buttonsUnder(live)).toEqual([]);
  expect(await buttonsUnder(failed)).toEqual([`why ${short(failed)}`, `logs ${name} --deployment ${short(failed)}`]);
});
