import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { removeServices } from '../../scripts/support/remove-services.ts';
import { connectDocker, dockerSwarm, type SwarmOptions } from '../../src/swarm/dockerode.ts';
import { isMissing } from '../../src/swarm/engine-errors.ts';
import { patientCheck } from './patient-check.ts';
import { runName } from './test-run.ts';
import type { BuildEvents, BuildRequest, RolloutProgress, ServiceSpec } from '../../src/swarm/swarm.ts';

const run = promisify(execFile);

export const docker = connectDocker(process.env['DOCKER_HOST']);

/** Node, a shell, `sleep` and what they link to, and the sample application; made once, then kept. */
export const baseImage = 'shipmate-test/swarm-node:6';

/** Serves on 8080; `MODE` makes it exit at once or fail its health check. */
const application = `
const http = require('http');
const mode = process.env.MODE ?? 'healthy';
if (process.argv[2] === 'check') {
  ${patientCheck('http://127.0.0.1:8080/')}
} else {
  console.log('starting in mode', mode);
  if (mode === 'exits') process.exit(3);
  process.on('SIGTERM', () => process.exit(0));
  http.createServer((q, r) => r.writeHead(mode === 'unhealthy' ? 500 : 200).end(mode)).listen(8080);
}
`;

export function swarmWith(options: Partial<SwarmOptions> = {}) {
  return dockerSwarm(docker, { contextLimitBytes: 200_000_000, pollMs: 200, installation: runName(), ...options });
}

/** A name of its own for everything a test makes. */
export function uniqueName(what: string): string {
  return `swarm-${what}-${randomUUID().slice(0, 8)}`;
}

export function specOf(name: string, network: string, changes: Partial<ServiceSpec> = {}): ServiceSpec {
  return {
    name,
    image: baseImage,
    replicas: 1,
    env: {},
    secretFiles: {},
    docker: {
      // One failure is enough; the limit includes the start of Node, which a busy machine takes its time for.
      healthcheck: {
        test: ['CMD', '/usr/local/bin/node', '/app.js', 'check'],
        interval: '300ms',
        timeout: '2m',
        retries: 1,
      },
      stop_grace_period: '2s',
    },
    network,
    labels: { 'shipmate.application': name },
    monitorSeconds: 1,
    ...changes,
  };
}

export async function ensureBaseImage(): Promise<void> {
  if (await swarmWith().findImage(baseImage)) return;
  await using context = await folder();
  const { stdout } = await run('ldd', [process.execPath]);
  const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path]) => path ?? '');
  const programs = [
    [process.execPath, '/usr/local/bin/node'],
    ['/bin/sh', '/bin/sh'],
    ['/bin/sleep', '/bin/sleep'],
  ];
  for (const [from, to] of [...programs, ...libraries.map((path) => [path, path])]) {
    await mkdir(dirname(join(context.path, 'root', to ?? '')), { recursive: true });
    await copyFile(from ?? '', join(context.path, 'root', to ?? ''));
  }
  await context.write({
    Dockerfile: 'FROM scratch\nCOPY root /\nCOPY app.js /\nCMD ["/usr/local/bin/node", "/app.js"]\n',
    'app.js': application,
  });
  await swarmWith().build(requestOf(context.path, { tag: baseImage }), quiet, new AbortController().signal);
}

export const quiet: BuildEvents = { onStep: () => {}, onLine: () => {} };

export function requestOf(context: string, changes: Partial<BuildRequest> = {}): BuildRequest {
  return {
    deploymentId: randomUUID(),
    builder: 'dockerfile',
    context,
    settings: {},
    tag: `shipmate-test/${uniqueName('build')}:1`,
    labels: {},
    ...changes,
  };
}

/** A folder that goes away with the test. */
export async function folder(files: Record<string, string> = {}) {
  const path = await mkdtemp(join(tmpdir(), 'shipmate-context-'));
  const write = async (contents: Record<string, string>) => {
    for (const [name, text] of Object.entries(contents)) {
      await mkdir(dirname(join(path, name)), { recursive: true });
      await writeFile(join(path, name), text);
    }
  };
  await write(files);
  return {
    path,
    write,
    link: (name: string, target: string) => symlink(target, join(path, name)),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

/** Follows a roll-out to its end: its last word, and every state once in order. */
export async function outcome(rollout: AsyncIterable<RolloutProgress>) {
  const states: string[] = [];
  let last: RolloutProgress | undefined;
  for await (const progress of rollout) {
    if (states.at(-1) !== progress.state) states.push(progress.state);
    last = progress;
  }
  if (!last) throw new Error('the roll-out ended without a word');
  return { ...last, states };
}

export async function runningContainers(service: string): Promise<string[]> {
  const filters = { label: [`com.docker.swarm.service.name=${service}`] };
  return (await docker.listContainers({ filters })).map(({ Id }) => Id).sort();
}

/** What `expression`, evaluated by the application's own Node, is as text. */
export async function evaluateIn(container: string, expression: string): Promise<string> {
  const exec = await docker.getContainer(container).exec({
    Cmd: ['/usr/local/bin/node', '-p', `String(${expression})`],
    AttachStdout: true,
    Tty: true,
  });
  let text = '';
  for await (const chunk of await exec.start({ Tty: true })) text += String(chunk);
  return text.trim();
}

export async function removeNetwork(name: string): Promise<void> {
  await docker
    .getNetwork(name)
    .remove()
    .catch((error: unknown) => {
      if (!isMissing(error)) throw error;
    });
}

/** Services on a network of their own, each under a new name. */
export function rolloutStage() {
  const network = uniqueName('net');
  const swarm = swarmWith({ placementMs: 1_500 });
  const names: string[] = [];
  return {
    network,
    swarm,
    newName(): string {
      const name = uniqueName('app');
      names.push(name);
      return name;
    },
    async close(): Promise<void> {
      await removeServices(names);
      await removeNetwork(network);
    },
  };
}
