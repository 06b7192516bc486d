import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectDocker, dockerSwarm } from '../../src/swarm/dockerode.ts';
import {
  docker,
  ensureBaseImage,
  evaluateIn,
  outcome,
  removeNetwork,
  runningContainers,
  specOf,
  swarmWith,
  uniqueName,
} from '../support/swarm-fixture.ts';
import { until } from '../support/until.ts';

const network = uniqueName('net');
const name = uniqueName('service');
const swarm = swarmWith();
const never = new AbortController().signal;

async function secretNames(): Promise<string[]> {
  const secrets = await docker.listSecrets({ filters: { label: [`shipmate.service=${name}`] } });
  return secrets.flatMap(({ Spec }) => Spec?.Name ?? []);
}

describe('a running service', () => {
  beforeAll(async () => {
    await ensureBaseImage();
    await outcome(swarm.apply(specOf(name, network, { secretFiles: { TOKEN: 'first' } }), never));
  });
  afterAll(async () => {
    await swarm.remove(name);
    expect(await runningContainers(name)).toEqual([]);
    expect(await secretNames()).toEqual([]);
    await removeNetwork(network);
  });

  it('reads its secrets from files, and keeps no older ones than a rollback needs', async () => {
    const [container = ''] = await runningContainers(name);
    expect(await evaluateIn(container, `fs.readFileSync('/run/secrets/TOKEN', 'utf8')`)).toBe('first');
    await outcome(swarm.apply(specOf(name, network, { secretFiles: { TOKEN: 'second' } }), never));
    await outcome(swarm.apply(specOf(name, network, { secretFiles: { TOKEN: 'third' } }), never));
    expect(await secretNames()).toHaveLength(2);
    expect(JSON.stringify((await swarm.inspect(name))?.labels)).not.toContain('third');
  });

  it('goes back to the version before, once', async () => {
    await outcome(swarm.apply(specOf(name, network, { env: { VERSION: 'bad' } }), never));
    expect(await swarm.rollBack(name)).toBe(true);
    expect((await outcome(swarm.watch(name, 1, never))).state).toBe('rolled_back');
    expect(await swarm.rollBack(name)).toBe(false);
  });

  it('scales', async () => {
    await swarm.scale(name, 2);
    expect(await outcome(swarm.watch(name, 1, never))).toMatchObject({ state: 'converged', healthy: 2, desired: 2 });
  });

  it('restarts with new tasks of the same version', async () => {
    const before = await runningContainers(name);
    await swarm.restart(name);
    expect((await outcome(swarm.watch(name, 1, never))).state).toBe('converged');
    const after = await runningContainers(name);
    expect(after.filter((id) => !before.includes(id))).toHaveLength(2);
  });

  it('refuses to change during a roll-out', async () => {
    const change = specOf(name, network, { env: { VERSION: 'next' }, monitorSeconds: 3 });
    let refusals = 0;
    for await (const { state } of swarm.apply(change, never)) {
      expect(state).not.toBe('failed');
      // Once, as soon as it is under way: later it may end between the two calls.
      if (refusals > 0 || (await swarm.inspect(name))?.updateState !== 'updating') continue;
      await expect(swarm.scale(name, 3)).rejects.toThrow('A roll-out is in progress');
      refusals += 1;
    }
    expect(refusals).toBe(1);
  });

  it('shows the newest log lines of all its tasks', async () => {
    expect(await swarm.logs(name, { lines: 2 })).toEqual({
      lines: ['starting in mode healthy', 'starting in mode healthy'],
      missing: [],
    });
    expect((await swarm.logs(name, { lines: 1 })).lines).toHaveLength(1);
  });
});

it('shows the log of a service with a terminal in order', async () => {
  const terminal = `${name}-tty`;
  const print = 'for (let n = 1; n < 31; n += 1) console.log("line", n); setInterval(() => {}, 1e6)';
  const docker = { command: ['/usr/local/bin/node', '-e', print], stop_grace_period: '1s' };
  const spec = specOf(terminal, network, {
    docker,
    extras: { labels: {}, tmpfs: [], update: {}, restart: { condition: 'any' as const }, tty: true },
    monitorSeconds: 0,
  });
  try {
    expect((await outcome(swarm.apply(spec, never))).state).toBe('converged');
    const { lines } = await until('the last line', async () => {
      const log = await swarm.logs(terminal, { lines: 30 });
      return log.lines.length === 30 && log;
    });
    expect(lines).toEqual(Array.from({ length: 30 }, (_, at) => `line ${at + 1}`));
  } finally {
    await swarm.remove(terminal);
  }
});

describe('what does not exist', () => {
  it('has no status, no logs, and cannot be scaled', async () => {
    expect(await swarm.inspect('swarm-nothing')).toBeUndefined();
    await expect(swarm.logs('swarm-nothing', { lines: 5 })).rejects.toThrow('Deploy it first');
    await expect(swarm.scale('swarm-nothing', 1)).rejects.toThrow('Deploy it first');
    expect(await swarm.rollBack('swarm-nothing')).toBe(false);
    await swarm.remove('swarm-nothing');
  });
});

describe('an Engine that does not answer', () => {
  it('is reported with the next step', async () => {
    const silent = dockerSwarm(connectDocker('unix:///nonexistent/docker.sock'), { contextLimitBytes: 1 });
    await expect(silent.ping()).rejects.toThrow('Docker does not answer. Start the Docker Engine');
    await expect(swarm.ping()).resolves.toBeUndefined();
  });
});
