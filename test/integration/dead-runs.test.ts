import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { removeServices } from '../../scripts/support/remove-services.ts';
import { startEmbeddedPostgres } from '../../src/database/embedded.ts';
import { installationLabel } from '../../src/swarm/labels.ts';
import { openConnection } from '../support/database.ts';
import { removeDeadRuns } from '../support/dead-runs.ts';
import { withVariable } from '../support/running-processes.ts';
import {
  baseImage,
  docker,
  ensureBaseImage,
  outcome,
  removeNetwork,
  specOf,
  swarmWith,
  uniqueName,
} from '../support/swarm-fixture.ts';
import { noteStarted, ownRun, runPrefix } from '../support/test-run.ts';

let parent: string;
let folder: string;
let program: ChildProcess;
let said: string[];

beforeAll(ensureBaseImage);

/** A run whose process lives. */
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'shipmate-runs-'));
  // For the account that PostgreSQL runs as.
  await chmod(parent, 0o711);
  folder = await mkdtemp(join(parent, runPrefix));
  program = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e9)'], { env: {} });
  await ownRun(folder, program.pid);
  said = [];
});

async function kill(): Promise<void> {
  const end = once(program, 'exit');
  program.kill('SIGKILL');
  await end;
}

async function removeDead(): Promise<void> {
  await removeDeadRuns({ parent, say: (line) => said.push(line) });
}

afterEach(async () => {
  program.kill('SIGKILL');
  await rm(parent, { recursive: true, force: true });
});

describe('a run that was killed', () => {
  const [labelled, noted, others] = [uniqueName('dead'), uniqueName('dead'), uniqueName('living')];
  const [network, volume] = [uniqueName('dead-net'), uniqueName('dead-volume')];
  const networkOfOthers = uniqueName('living-net');

  afterAll(async () => {
    await removeServices([labelled, noted, others]);
    await removeNetwork(network);
    await removeNetwork(networkOfOthers);
  });

  async function start(name: string, on: string, installation?: string): Promise<void> {
    const spec = specOf(name, on, { volumes: [{ name: volume, type: 'docker_volume', target: '/data', options: {} }] });
    const swarm = swarmWith(installation === undefined ? {} : { installation });
    const given = name === labelled ? { ...spec, secretFiles: { token: 'secret' } } : { ...spec, volumes: [] };
    expect((await outcome(swarm.apply(given, new AbortController().signal))).state).toBe('converged');
  }

  async function present() {
    const [services, networks, { Volumes }, secrets] = await Promise.all([
      docker.listServices(),
      docker.listNetworks(),
      docker.listVolumes(),
      docker.listSecrets({ filters: { label: [`shipmate.service=${labelled}`] } }),
    ]);
    const names = [...services.map(({ Spec }) => Spec?.Name), ...[...networks, ...Volumes].map(({ Name }) => Name)];
    const ours = [labelled, noted, others, network, networkOfOthers, volume];
    return { names: ours.filter((name) => names.includes(name)), secrets: secrets.length };
  }

  it('leaves nothing that the next one does not remove, and what others made stays', async () => {
    const installation = randomUUID();
    const data = await mkdtemp(join(parent, 'shipmate-test-postgres-'));
    const elsewhere = await mkdtemp(join(tmpdir(), 'shipmate-elsewhere-'));
    {
      using _run = withVariable('SHIPMATE_TEST_RUN', folder);
      await noteStarted('installation', installation);
      for (const one of [data, elsewhere]) await noteStarted('folder', one);
    }
    const server = await startEmbeddedPostgres(data, { durable: false });
    await Promise.all([
      start(labelled, network, basename(folder)),
      start(noted, network, installation),
      start(others, networkOfOthers),
    ]);
    const container = await docker.createContainer({
      Image: baseImage,
      Cmd: ['/usr/local/bin/node', '-e', 'setInterval(() => {}, 1e9)'],
      Labels: installationLabel(basename(folder)),
    });
    await container.start();

    await removeDead();
    expect(said).toEqual([]);
    const all = [labelled, noted, others, network, networkOfOthers, volume];
    expect(await present()).toEqual({ names: all, secrets: 1 });

    await kill();
    await removeDead();
    const what = '2 services, 1 container, 1 folder';
    expect(said).toEqual([`test: removed what the killed run ${basename(folder)} left: ${what}`]);
    expect(await present()).toEqual({ names: [others, networkOfOthers], secrets: 0 });
    await expect(container.inspect()).rejects.toMatchObject({ statusCode: 404 });
    await expect(openConnection(server.url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect([folder, data, elsewhere].filter((one) => existsSync(one))).toEqual([elsewhere]);
    await rm(elsewhere, { recursive: true });
  });
});

describe('without an Engine', () => {
  it('nothing happens, and the folder stays for a later run', async () => {
    await kill();
    using _host = withVariable('DOCKER_HOST', 'unix:///nonexistent/docker.sock');
    await ownRun(folder, program.pid);
    await removeDead();
    expect(said).toEqual([]);
    expect(existsSync(folder)).toBe(true);
  });
});
