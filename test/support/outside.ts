import { randomBytes } from 'node:crypto';
import { execute } from '../../src/swarm/containers/exec.ts';
import { installationLabel } from '../../src/swarm/labels.ts';
import { run } from './cluster-host.ts';
import { runInNetwork } from './database-client.ts';
import { baseImage, docker, ensureBaseImage } from './swarm-fixture.ts';
import { runName } from './test-run.ts';

/** A machine outside the swarm, with an address of its own, on a wire to this node. */
export interface Outside extends AsyncDisposable {
  /** e.g. `198.18.37.2` */
  address: string;
  /** This node on the wire. */
  node: string;
  /** What a line prints there, run by the image's shell. @param binds Folders of this machine. */
  run(image: string, line: string, env: Record<string, string>, binds?: string[]): Promise<string>;
  /** A line that goes on running. */
  start(image: string, line: string, env: Record<string, string>): Promise<Running>;
}

interface Running {
  printed(): Promise<string>;
  execute(command: string[]): Promise<void>;
  /** What it printed, once it has ended. */
  ended(): Promise<string>;
}

/** Knows the hosts by name, all at this node. Needs root. The network is one for benchmarks (RFC 2544), in use nowhere. */
export async function openOutside(hosts: string[]): Promise<Outside> {
  await ensureBaseImage();
  const [third = 0, suffix = 0] = randomBytes(2);
  const node = `198.18.${third}.1`;
  const address = `198.18.${third}.2`;
  const link = `out${third}-${suffix}`;
  const container = await docker.createContainer({
    Labels: installationLabel(runName()),
    Image: baseImage,
    Cmd: ['/usr/local/bin/node', '-e', 'process.on("SIGTERM", () => process.exit()); setInterval(() => {}, 1e9)'],
    HostConfig: { NetworkMode: 'none', ExtraHosts: hosts.map((host) => `${host}:${node}`) },
  });
  async function close(): Promise<void> {
    await container.remove({ force: true });
    await run('ip', ['link', 'delete', link]).catch(() => undefined);
  }
  try {
    await container.start();
    const { State } = await container.inspect();
    const inside = ['nsenter', `--net=/proc/${State.Pid}/ns/net`];
    const commands = [
      ['ip', 'link', 'add', link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(State.Pid)],
      ['ip', 'address', 'add', `${node}/24`, 'dev', link],
      ['ip', 'link', 'set', link, 'up'],
      [...inside, 'ip', 'address', 'add', `${address}/24`, 'dev', 'eth0'],
      [...inside, 'ip', 'link', 'set', 'eth0', 'up'],
      [...inside, 'ip', 'link', 'set', 'lo', 'up'],
    ];
    for (const [program = '', ...args] of commands) await run(program, args);
  } catch (error) {
    await close();
    throw error;
  }
  const network = `container:${container.id}`;
  return {
    address,
    node,
    run: (image, line, env, binds = []) => runInNetwork({ image, network, binds }, line, env),
    start: (image, line, env) => start({ image, network }, line, env),
    [Symbol.asyncDispose]: close,
  };
}

async function start(
  { image, network }: { image: string; network: string },
  line: string,
  env: Record<string, string>,
): Promise<Running> {
  const container = await docker.createContainer({
    Labels: installationLabel(runName()),
    Image: image,
    Cmd: ['bash', '-c', line],
    Env: Object.entries(env).map(([key, value]) => `${key}=${value}`),
    HostConfig: { NetworkMode: network },
    Tty: true,
  });
  await container.start();
  const printed = async () =>
    String(await container.logs({ stdout: true, stderr: true }))
      .replaceAll('\r\n', '\n')
      .trim();
  return {
    printed,
    async execute(command) {
      await execute(docker, container.id, command, '');
    },
    async ended() {
      await container.wait();
      const all = await printed();
      await container.remove({ force: true, v: true });
      return all;
    },
  };
}
