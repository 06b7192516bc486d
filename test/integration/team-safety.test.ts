import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectSuccess } from '../support/expect-end.ts';
import { visit } from '../support/ingress-fixture.ts';
import { openShipmate, type RunningShipmate } from '../support/shipmate.ts';
import { createTestApp, type TestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';

let shipmate: RunningShipmate;
let staging: TestApp;
let production: TestApp;

beforeAll(async () => {
  shipmate = await openShipmate();
  staging = await createTestApp(shipmate, { name: 'staging', settings: '--port 8080' });
  production = await createTestApp(shipmate, { name: 'production', settings: '--port 8080' });
});

afterAll(async () => {
  await shipmate.close();
  await Promise.all([staging, production].map((each) => each[Symbol.asyncDispose]()));
});

/** Resolves once visitors get that version: for a moment after a success a task that leaves may still answer. */
async function serves({ host }: TestApp, version: string): Promise<void> {
  await until(`version ${version}`, async () => {
    const answer = await visit(shipmate.ingressPort, host).catch(() => undefined);
    return answer?.status === 200 && (JSON.parse(answer.body) as { version: string }).version === version;
  });
}

describe('a protected application', () => {
  it('is not deployed by a push, not even after a restart, until somebody approves it', async () => {
    await shipmate.command(`app set ${production.name} protected=true`);
    const id = await production.push('1');
    await shipmate.process().kill();
    await shipmate.restart();
    expect(await shipmate.deployment(id)).toMatchObject({
      status: 'pending',
      metadata: { approval: { state: 'waiting' }, progress: { phase: 'queued' } },
    });
    expect((await shipmate.command(`approve ${id.slice(0, 8)}`)).tone).toBe('success');
    expectSuccess(await shipmate.deploymentEnds(id));
    await serves(production, '1');
  });
});

describe('a promotion', () => {
  it('serves the very image that is live in the other application', async () => {
    await shipmate.command(`app set ${production.name} protected=`);
    const built = expectSuccess(await shipmate.deploymentEnds(await staging.push('2')));
    const { deploymentId = '' } = await shipmate.command(`promote ${staging.name} ${production.name}`);
    const promoted = await shipmate.deploymentEnds(deploymentId);
    expect(expectSuccess(promoted)).toMatchObject({
      commit_sha: built.commit_sha,
      metadata: { image: built.metadata.image, promoted_from: { deployment: built.id } },
    });
    expect(promoted.logs).not.toMatch(/Cloning|Building/);
    await serves(production, '2');
    const { data } = await shipmate.command(`status ${production.name}`);
    expect(data).toMatchObject({ image: built.metadata.image, running: 1 });
  });

  it('can be taken back', async () => {
    const { deploymentId = '' } = await shipmate.command(`rollback ${production.name}`);
    expectSuccess(await shipmate.deploymentEnds(deploymentId));
    await serves(production, '1');
  });
});
