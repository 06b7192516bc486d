import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { connectDocker } from '../../src/swarm/dockerode.ts';
import { startReaching } from '../../src/swarm/services/reachability.ts';
import type { Task } from '../../src/swarm/services/task.ts';
import type { ServiceSpec } from '../../src/swarm/swarm.ts';
import {
  docker,
  ensureBaseImage,
  evaluateIn,
  outcome,
  rolloutStage,
  runningContainers,
  specOf,
  swarmWith,
} from '../support/swarm-fixture.ts';
import { until } from '../support/until.ts';

const { close, network, newName, swarm } = rolloutStage();
/** Gives up an application before its minute is over. */
const hasty = swarmWith({ startMs: 12_000 });
const never = new AbortController().signal;
beforeAll(ensureBaseImage);
afterAll(close);

async function specThatRuns(name: string, fixture: string, changes: Partial<ServiceSpec> = {}): Promise<ServiceSpec> {
  const program = await readFile(new URL(`../fixtures/failing/${fixture}.cjs`, import.meta.url), 'utf8');
  const command = ['/usr/local/bin/node', '-e', program];
  return specOf(name, network, { docker: { command, stop_grace_period: '2s' }, port: 8080, ...changes });
}

it.each([
  ['wrong-port', 'nothing listens on port 8080; the container listens on 3000'],
  ['loopback-only', 'port 8080 listens on 127.0.0.1 only: bind 0.0.0.0'],
  ['silent', 'nothing listens on port 8080; the container listens on no port'],
])('a first version that is %s fails and says so', async (fixture, why) => {
  const name = newName();
  expect(await outcome(hasty.apply(await specThatRuns(name, fixture), never))).toMatchObject({
    state: 'failed',
    taskErrors: [why],
  });
  expect(await swarm.inspect(name)).toBeUndefined();
});

it('an update that nobody reaches is rolled back', async () => {
  const name = newName();
  const well = specOf(name, network, { docker: { stop_grace_period: '2s' }, port: 8080, replicas: 2 });
  expect(await outcome(swarm.apply(well, never))).toMatchObject({ state: 'converged', healthy: 2 });
  const end = await outcome(hasty.apply(await specThatRuns(name, 'loopback-only', { replicas: 2 }), never));
  expect(end).toMatchObject({
    state: 'rolled_back',
    taskErrors: ['port 8080 listens on 127.0.0.1 only: bind 0.0.0.0'],
  });
  const [container = ''] = await runningContainers(name);
  expect(await evaluateIn(container, 'process.argv.length')).toBe('1');
});

it('an application may take its time until it listens', async () => {
  const name = newName();
  const spec = await specThatRuns(name, 'slow-start', { monitorSeconds: 0 });
  expect(await outcome(swarm.apply(spec, never))).toMatchObject({ state: 'converged', taskErrors: [] });
});

it('a worker that listens nowhere is a success where nobody asks for its port', async () => {
  const name = newName();
  const spec = await specThatRuns(name, 'silent', { port: undefined });
  expect((await outcome(swarm.apply(spec, never))).state).toBe('converged');
});

/** An Engine that tells what it is asked, ids left out. */
function countingDocker(): { counting: ReturnType<typeof connectDocker>; asked: string[] } {
  const counting = connectDocker(process.env['DOCKER_HOST']);
  const asked: string[] = [];
  const { modem } = counting as { modem: { dial: (options: { method: string; path: string }, done: unknown) => void } };
  const dial = modem.dial.bind(modem);
  modem.dial = (options, done) => {
    asked.push(`${options.method} ${options.path.replace(/\?.*/, '').replace(/[0-9a-f]{64}/, '<id>')}`);
    dial(options, done);
  };
  return { counting, asked };
}

it.each([1, 3])('checking %s tasks asks the Engine five times', async (replicas) => {
  const name = newName();
  const well = specOf(name, network, { docker: { stop_grace_period: '2s' }, port: 8080, replicas });
  expect(await outcome(swarm.apply(well, never))).toMatchObject({ state: 'converged', healthy: replicas });
  const filters = { service: [name], 'desired-state': ['running'] };
  const tasks = (await docker.listTasks({ filters })) as Task[];
  expect(tasks).toHaveLength(replicas);
  const { counting, asked } = countingDocker();
  const reaching = startReaching(counting, { network, port: 8080 }, tasks, 60_000, never);
  await until('all are reached', () => reaching.open);
  expect(reaching).toMatchObject({ failed: false, why: undefined });
  expect(asked.map((line) => line.replace(/shipmate.probe:\w+|shipmate%2Fprobe%3A\w+/, '<probe>'))).toEqual([
    'GET /version',
    'GET /images/<probe>/json',
    'POST /containers/create',
    'POST /containers/<id>/attach',
    'POST /containers/<id>/start',
  ]);
});
