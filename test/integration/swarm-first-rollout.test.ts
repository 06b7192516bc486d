import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ensureBaseImage, outcome, rolloutStage, specOf } from '../support/swarm-fixture.ts';

const { close, network, newName, swarm } = rolloutStage();
const never = new AbortController().signal;
let name: string;

beforeAll(ensureBaseImage);
beforeEach(() => {
  name = newName();
});
afterAll(close);

describe('the first roll-out', () => {
  it('converges once all tasks are healthy and have stayed so', async () => {
    const began = Date.now();
    const end = await outcome(swarm.apply(specOf(name, network, { replicas: 2 }), never));
    expect(end).toMatchObject({ state: 'converged', healthy: 2, desired: 2, taskErrors: [] });
    expect(end.states).toEqual(['rolling_out', 'watching', 'converged']);
    expect(Date.now() - began).toBeGreaterThan(1_000);
    expect(await swarm.inspect(name)).toMatchObject({ replicas: 2, running: 2 });
    expect((await swarm.list()).map((service) => service.name)).toContain(name);
  });

  it('fails and leaves no service when the application exits at once', async () => {
    // On a busy machine it may exit after its first check has begun, which then fails: that one is for later.
    const docker = { healthcheck: { test: ['CMD', '/usr/local/bin/node', '/app.js', 'check'], interval: '30s' } };
    const end = await outcome(swarm.apply(specOf(name, network, { env: { MODE: 'exits' }, docker }), never));
    expect(end).toMatchObject({
      state: 'failed',
      taskErrors: ['exited with code 3'],
    });
    const failure = { error: 'exited with code 3', exitCode: 3, lines: ['starting in mode exits'] };
    expect(end.failures).toEqual([1, 2, 3].map(() => expect.objectContaining(failure)));
    expect(await swarm.inspect(name)).toBeUndefined();
  });

  it('fails when the image is missing', async () => {
    const end = await outcome(swarm.apply(specOf(name, network, { image: 'shipmate-test/none:1' }), never));
    expect(end).toMatchObject({ state: 'failed', taskErrors: ['no such image: shipmate-test/none:1'] });
  });

  it('fails when no node may run it', async () => {
    const spec = specOf(name, network, { docker: { constraints: ['node.labels.nowhere==true'] } });
    const end = await outcome(swarm.apply(spec, never));
    expect(end.state).toBe('failed');
    expect(end.taskErrors[0]).toMatch(/^no suitable node/);
    expect(await swarm.inspect(name)).toBeUndefined();
  });

  it('converges at once with no replicas', async () => {
    expect(await outcome(swarm.apply(specOf(name, network, { replicas: 0 }), never))).toMatchObject({
      state: 'converged',
      desired: 0,
    });
  });
});
