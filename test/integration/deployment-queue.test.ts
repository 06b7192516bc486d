import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sendGitHubPush } from '../../scripts/support/git-host.ts';
import { countBuildSteps } from '../support/build-steps.ts';
import { expectSuccess } from '../support/expect-end.ts';
import { imagesOf } from '../support/shipmate-leftovers.ts';
import { type DeploymentRow, openShipmate, type RunningShipmate } from '../support/shipmate.ts';
import { createTestApp, endsOnceLetGo, type TestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';

let shipmate: RunningShipmate;
let app: TestApp;
let other: TestApp;

beforeAll(async () => {
  shipmate = await openShipmate();
  app = await createTestApp(shipmate, { name: 'one' });
  other = await createTestApp(shipmate, { name: 'two' });
});

afterAll(async () => {
  await shipmate.close();
  await Promise.all([app, other].map((each) => each[Symbol.asyncDispose]()));
});

async function unfinishedOf({ id }: TestApp): Promise<string[]> {
  const rows = await shipmate.rows<DeploymentRow>(
    `select * from deployments where application_id = $1 and status in ('pending', 'building', 'deploying')
     order by started_at`,
    [id],
  );
  return rows.map(({ status }) => status);
}

async function isBuilding({ id }: TestApp): Promise<void> {
  await until('the build', async () => (await countBuildSteps(id)) === 1);
}

describe('deployments that come at the same time', () => {
  it('run one and keep only the newest waiting, and tell who was superseded', async () => {
    const first = await app.push('1', { held: 'build' });
    await isBuilding(app);
    const second = await app.push('2');
    const third = await app.push('3');
    expect(await unfinishedOf(app)).toEqual([expect.stringMatching(/^(building|deploying)$/), 'pending']);
    const superseded = await shipmate.deployment(second);
    expect(superseded).toMatchObject({ status: 'failed', metadata: { reason: 'superseded', superseded_by: third } });
    await shipmate.process().waitFor(/superseded\. Superseded by a newer request/, { from: 0 });
    expectSuccess(await endsOnceLetGo(shipmate, app, first));
    expectSuccess(await shipmate.deploymentEnds(third));
    expect((await shipmate.deployment(second)).logs).toBeNull();
  });

  it('do not wait for those of another application', async () => {
    const slow = await app.push('4', { held: 'build' });
    await isBuilding(app);
    const waiting = await app.push('5');
    const quick = await other.push('1');
    expectSuccess(await shipmate.deploymentEnds(quick));
    expect(await unfinishedOf(app)).toEqual(['building', 'pending']);
    await shipmate.command(`cancel ${app.name}`);
    expect(await shipmate.deploymentEnds(waiting)).toMatchObject({ metadata: { reason: 'cancelled' } });
    expect((await shipmate.deployment(slow)).status).toBe('building');
    await shipmate.command(`cancel ${app.name}`);
    expect(await shipmate.deploymentEnds(slow)).toMatchObject({ status: 'failed', metadata: { reason: 'cancelled' } });
  });

  it('are cancelled one by one: a build ends with all it made, the other build goes on', async () => {
    const before = await imagesOf(app.id);
    const [cancelled, untouched] = await Promise.all([
      app.push('6', { held: 'build' }),
      other.push('2', { held: 'build' }),
    ]);
    await Promise.all([isBuilding(app), isBuilding(other)]);
    await shipmate.command(`cancel ${app.name}`);
    const end = await shipmate.deploymentEnds(cancelled);
    expect(end).toMatchObject({ status: 'failed', metadata: { reason: 'cancelled', cancel_requested_by: /ada/ } });
    expect(await countBuildSteps(app.id)).toBe(0);
    expect(await imagesOf(app.id)).toEqual(before);
    expect(await countBuildSteps(other.id)).toBe(1);
    expectSuccess(await endsOnceLetGo(shipmate, other, untouched));
    const { data } = await shipmate.command(`status ${app.name}`);
    expect(data).toMatchObject({ status: 'running', running: 1 });
  });

  it('are one when the same delivery arrives several times at once', async () => {
    const head = await other.commit('3');
    const push = {
      url: `${shipmate.url}/webhooks/github`,
      secret: other.secret,
      repository: other.repository,
      branch: 'main',
      before: undefined,
      after: head,
      message: 'Version 3',
      deliveryId: randomUUID(),
    };
    const answers = await Promise.all(Array.from({ length: 5 }, () => sendGitHubPush(push)));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
    const repeated = answers.filter(({ status }) => status !== 202);
    expect(repeated).toEqual(Array.from({ length: 4 }, () => ({ status: 200, body: { duplicate: true } })));
    const rows = await shipmate.rows<DeploymentRow>('select * from deployments where commit_sha = $1', [head]);
    expect(rows).toHaveLength(1);
    expectSuccess(await shipmate.deploymentEnds(rows[0]?.id ?? ''));
  });
});
