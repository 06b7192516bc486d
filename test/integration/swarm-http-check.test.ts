import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RolloutProgress } from '../../src/swarm/swarm.ts';
import {
  docker,
  ensureBaseImage,
  outcome,
  rolloutStage,
  runningContainers,
  specOf,
  swarmWith,
} from '../support/swarm-fixture.ts';
import { until } from '../support/until.ts';

const { close, network, newName, swarm } = rolloutStage();
const never = new AbortController().signal;
beforeAll(ensureBaseImage);
afterAll(close);

const healthcheck = { test: ['HTTP', '/healthz'], interval: '300ms', retries: 2 };
const ports = [{ container: 8080 }];

it('needs nothing in the image, keeps the old task while the new one is unwell, and says why at once', async () => {
  const name = newName();
  const well = specOf(name, network, { docker: { healthcheck, ports, stop_grace_period: '2s' } });
  expect(await outcome(swarm.apply(well, never))).toMatchObject({ state: 'converged', healthy: 1 });
  const [container = ''] = await runningContainers(name);
  const { State } = await docker.getContainer(container).inspect();
  expect(State.Health).toMatchObject({ Status: 'healthy' });
  expect(State.Health?.Log.at(-1)?.Output.trim()).toBe('GET /healthz on port 8080 answered 200');

  const unwell = await readFile(new URL('../fixtures/failing/unwell.cjs', import.meta.url), 'utf8');
  const command = ['/usr/local/bin/node', '-e', unwell];
  const said = 'GET /healthz on port 8080 answered 500: {"database":"down"}';
  const seen: RolloutProgress[] = [];
  for await (const now of swarm.apply({ ...well, docker: { ...well.docker, command } }, never)) {
    seen.push(now);
  }
  expect(seen.filter(({ state }) => state === 'rolling_out').map(({ check }) => check)).toContain(
    `health check: ${said}`,
  );
  expect(seen.at(-1)).toMatchObject({
    state: 'rolled_back',
    taskErrors: [`its health check kept failing: ${said}`],
  });
  expect(await runningContainers(name)).toEqual([container]);
});

it('lets an application start slowly: what fails until then is no failure', async () => {
  const name = newName();
  const program = await readFile(new URL('../fixtures/failing/slow-start.cjs', import.meta.url), 'utf8');
  const command = ['/usr/local/bin/node', '-e', program];
  const check = { test: ['HTTP', '/'], interval: '200ms', retries: 1, start_period: '120s' };
  const spec = specOf(name, network, { docker: { command, healthcheck: check, ports, stop_grace_period: '2s' } });
  expect(await outcome(swarm.apply(spec, never))).toMatchObject({ state: 'converged', healthy: 1, taskErrors: [] });
});

describe('an application that its health check does not find where it listens', () => {
  const hasty = swarmWith({ startMs: 6_000 });
  // Of the Engine's own time, each would take two minutes.
  const patient = { ...healthcheck, start_period: '120s' };

  async function specThatRuns(name: string, fixture: string) {
    const program = await readFile(new URL(`../fixtures/failing/${fixture}.cjs`, import.meta.url), 'utf8');
    const command = ['/usr/local/bin/node', '-e', program];
    return specOf(name, network, { docker: { command, healthcheck: patient, ports, stop_grace_period: '2s' } });
  }

  it.each([
    ['wrong-port', 'nothing listens on port 8080; the container listens on 3000'],
    ['loopback-only', 'port 8080 listens on 127.0.0.1 only: bind 0.0.0.0'],
  ])('fails without waiting for all of its time: %s', async (fixture, why) => {
    const name = newName();
    const end = await outcome(hasty.apply(await specThatRuns(name, fixture), never));
    expect([end.state, end.taskErrors[0]]).toEqual(['failed', why]);
    expect(await hasty.inspect(name)).toBeUndefined();
  });

  it('is rolled back, and the task before it serves all the time', async () => {
    const name = newName();
    const well = specOf(name, network, { docker: { healthcheck: patient, ports, stop_grace_period: '2s' } });
    expect(await outcome(hasty.apply(well, never))).toMatchObject({ state: 'converged', healthy: 1 });
    const before = await runningContainers(name);
    const end = await outcome(hasty.apply(await specThatRuns(name, 'loopback-only'), never));
    const why = 'port 8080 listens on 127.0.0.1 only: bind 0.0.0.0';
    expect([end.state, end.taskErrors[0]]).toEqual(['rolled_back', why]);
    await until('the new task has ended', async () => (await runningContainers(name)).length === 1);
    expect(await runningContainers(name)).toEqual(before);
  });
});
