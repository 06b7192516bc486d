import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { endTasks } from '../../src/swarm/services/one-off.ts';
import type { FollowedLine } from '../../src/swarm/services/log-options.ts';
import {
  docker,
  ensureBaseImage,
  outcome,
  removeNetwork,
  runningContainers,
  specOf,
  swarmWith,
  uniqueName,
} from '../support/swarm-fixture.ts';
import { until } from '../support/until.ts';

const network = uniqueName('net');
const service = uniqueName('live');
const swarm = swarmWith();
const never = new AbortController().signal;
const labels = { 'shipmate.one-off': 'run', 'shipmate.application': service };
const waits = `process.on('SIGTERM', () => process.exit(0)); console.log('begun'); setInterval(() => {}, 1000)`;
const made: string[] = [];

function node(script: string): string[] {
  return ['/usr/local/bin/node', '-e', script];
}

async function begin(script: string): Promise<string> {
  const name = uniqueName('run');
  made.push(name);
  await swarm.runBeside({ service, name, command: node(script), labels });
  return name;
}

/** All that an ended one has printed. */
async function printed(name: string): Promise<FollowedLine[]> {
  return Array.fromAsync(swarm.followLogs(name, {}, AbortSignal.abort(), never));
}

beforeAll(async () => {
  await ensureBaseImage();
  const changes = { env: { VERSION: '7' }, secretFiles: { TOKEN: 'hunter2' }, replicas: 2 };
  await outcome(swarm.apply(specOf(service, network, changes), never));
});
afterAll(async () => {
  for (const name of [...made, service]) await swarm.remove(name);
  await removeNetwork(network);
});

describe('a task beside a service', () => {
  it('has what the service has, and ends with its exit code', async () => {
    const script = `const fs = require('node:fs');
      console.log(process.env.VERSION, fs.readFileSync('/run/secrets/TOKEN', 'utf8'));
      fetch('http://${service}:8080').then((r) => r.text()).then(console.log).then(() => process.exit(3))`;
    const name = await begin(script);
    const end = await outcome(swarm.watch(name, 0, never));
    expect(end).toMatchObject({ state: 'failed', taskErrors: ['exited with code 3'], failures: [{ exitCode: 3 }] });
    const lines = await printed(name);
    expect(lines.map(({ text }) => text)).toEqual(['7 hunter2', 'healthy']);
    const [one] = await swarm.oneOffs().then((all) => all.filter((each) => each.name === name));
    expect(one).toMatchObject({ labels, endedAt: expect.any(Date) });
  });

  it('that ends well has converged', async () => {
    const name = await begin('console.log(1)');
    expect(await outcome(swarm.watch(name, 0, never))).toMatchObject({ state: 'converged', taskErrors: [] });
  });

  it('leaves the service with its tasks, its secrets and its place in DNS', async () => {
    await swarm.remove(await begin('0'));
    expect(await runningContainers(service)).toHaveLength(2);
    expect(await docker.listSecrets({ filters: { label: [`shipmate.service=${service}`] } })).toHaveLength(1);
  });

  it('is ended by Swarm itself, on whichever node, and whoever watches is told', async () => {
    const name = await begin(waits);
    await until('its container', async () => (await printed(name)).length > 0);
    const end = outcome(swarm.watch(name, 0, never));
    await endTasks(docker, name);
    expect(await end).toMatchObject({ state: 'failed', taskErrors: ['it was stopped'] });
    await until('no container', async () => (await runningContainers(name)).length === 0);
  });

  it('is gone with its containers once it is removed', async () => {
    const name = await begin(waits);
    await until('its container', async () => (await printed(name)).length > 0);
    await swarm.remove(name);
    expect(await runningContainers(name)).toEqual([]);
    expect(await swarm.inspect(name)).toBeUndefined();
  });

  it('needs a service', async () => {
    const beside = { service: uniqueName('none'), name: uniqueName('run'), command: ['true'], labels };
    await expect(swarm.runBeside(beside)).rejects.toThrow('has no service');
  });
});

describe('a task that runs once', () => {
  const once = { job: true, once: true, extras: { labels: {}, tmpfs: [], update: {}, restart: { condition: 'none' } } };

  function spec(name: string) {
    made.push(name);
    return specOf(name, network, { ...once, labels, docker: { command: node(`console.log('ran')`) } } as never);
  }

  it('is started by one of several that try at the same moment', async () => {
    const one = spec(uniqueName('once'));
    const ends = await Promise.all([1, 2, 3].map(() => outcome(swarm.apply(one, never))));
    expect(ends.map(({ state }) => state)).toEqual(['converged', 'converged', 'converged']);
    expect(await docker.listTasks({ filters: { service: [one.name] } })).toHaveLength(1);
    expect(await printed(one.name)).toHaveLength(1);
  });

  it('is not started again by one that stalled while another ended and removed it', async () => {
    const one = spec(uniqueName('stalled'));
    const stalled = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    let asked = 0;
    const mayStart = async () => {
      asked += 1;
      if (asked > 1) throw new Error('it has ended');
      reached.resolve();
      await stalled.promise;
    };
    const late = outcome(swarm.apply(one, never, mayStart));
    await reached.promise;
    await outcome(swarm.apply(one, never));
    await swarm.remove(one.name);
    stalled.resolve();
    await expect(late).rejects.toThrow('it has ended');
    expect(await docker.listTasks({ filters: { service: [one.name] } })).toEqual([]);
  });
});
