import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectDocker } from '../../src/swarm/dockerode.ts';
import {
  clusterId,
  folderOf,
  killAll,
  removeCluster,
  removeLeftovers,
  run,
  runInside,
  startInside,
} from './cluster-host.ts';
import { prepareRegistry } from './registry.ts';
import { until } from './until.ts';

const bridgeAddress = '10.213.0.1';

/** One host of the cluster: a network namespace with a Docker Engine of its own. */
export interface ClusterNode {
  name: string;
  address: string;
  /** For `DOCKER_HOST`. */
  host: string;
  docker: ReturnType<typeof connectDocker>;
  /** Starts its Engine, with the disk that it had before. */
  start(): Promise<void>;
  /** Kills its Engine and everything that runs on it, and takes its network away. */
  lose(): Promise<void>;
}

export interface SwarmCluster extends AsyncDisposable {
  /** The first is the only manager. */
  nodes: [ClusterNode, ClusterNode, ClusterNode];
  /** `address:port` that all nodes reach; wants `registryLogin`. */
  registry: string;
  /** Runs a program among the nodes, e.g. to ask one of them by HTTP. @returns what it prints. */
  inside(program: string, args: string[]): Promise<string>;
}

/**
 * Three Docker Engines in network namespaces of their own, joined to one swarm by a bridge, and a registry there.
 * Needs root. What a killed run has left is removed first.
 */
export async function openCluster(): Promise<SwarmCluster> {
  await removeLeftovers();
  const id = clusterId();
  await mkdir(folderOf(id), { recursive: true, mode: 0o711 });
  const close = () => removeCluster(id);
  try {
    const bridge = await makeBridge(id);
    const registry = await startRegistry(id, bridge);
    const nodes: SwarmCluster['nodes'] = [
      await makeNode(id, 1, registry),
      await makeNode(id, 2, registry),
      await makeNode(id, 3, registry),
    ];
    await Promise.all(nodes.map((node) => node.start()));
    await joinSwarm(nodes);
    const inside = (program: string, args: string[]) => runInside(bridge, program, args);
    return { nodes, registry, inside, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function makeBridge(id: string): Promise<string> {
  const name = `${id}-bridge`;
  await run('ip', ['netns', 'add', name]);
  await run('ip', ['-n', name, 'link', 'set', 'lo', 'up']);
  await run('ip', ['-n', name, 'link', 'add', 'br0', 'type', 'bridge']);
  await run('ip', ['-n', name, 'address', 'add', `${bridgeAddress}/24`, 'dev', 'br0']);
  await run('ip', ['-n', name, 'link', 'set', 'br0', 'up']);
  return name;
}

async function startRegistry(id: string, bridge: string): Promise<string> {
  const address = `${bridgeAddress}:5000`;
  const folder = join(folderOf(id), 'registry');
  startInside(bridge, await prepareRegistry(folder, address), join(folderOf(id), 'registry.log'));
  return address;
}

async function makeNode(id: string, number: number, registry: string): Promise<ClusterNode> {
  const namespace = `${id}-node-${number}`;
  const name = `node-${number}`;
  const address = `10.213.0.1${number}`;
  const link = `n${number}`;
  const folder = join(folderOf(id), name);
  const bridge = ['-n', `${id}-bridge`, 'link', 'set', link];
  await run('ip', ['netns', 'add', namespace]);
  await run('ip', ['-n', namespace, 'link', 'set', 'lo', 'up']);
  await run('ip', [
    '-n',
    namespace,
    'link',
    'add',
    'eth0',
    'type',
    'veth',
    'peer',
    'name',
    link,
    'netns',
    `${id}-bridge`,
  ]);
  await run('ip', ['-n', namespace, 'address', 'add', `${address}/24`, 'dev', 'eth0']);
  await run('ip', ['-n', namespace, 'link', 'set', 'eth0', 'up']);
  // Swarm asks for a default route.
  await run('ip', ['-n', namespace, 'route', 'add', 'default', 'via', bridgeAddress]);
  await run('ip', [...bridge, 'master', 'br0']);
  await mkdir(folder);
  const host = `unix://${folder}/docker.sock`;
  const docker = connectDocker(host);
  await writeFile(join(folder, 'daemon.json'), '{}');
  await writeFile(join(folder, 'start.sh'), startScript({ folder, name, registry, namespace }));
  return {
    name,
    address,
    host,
    docker,
    async start() {
      await run('ip', [...bridge, 'up']);
      await rm(join(folder, 'docker.pid'), { force: true });
      const alone = ['unshare', '--mount', '--uts', '--propagation', 'slave'];
      startInside(namespace, [...alone, 'sh', join(folder, 'start.sh')], join(folder, 'log'));
      await until(`the Engine of ${name}`, () =>
        docker.ping().then(
          () => true,
          () => false,
        ),
      );
    },
    async lose() {
      await run('ip', [...bridge, 'down']);
      await killAll(namespace);
    },
  };
}

/** With a containerd of its own: two Engines would take each other's containers. */
function startScript(node: { folder: string; name: string; registry: string; namespace: string }): string {
  const { folder, name, registry, namespace } = node;
  const containerd = `--root ${folder}/containerd --state ${folder}/containerd-run --address ${folder}/containerd.sock`;
  const dockerd = [
    `--host unix://${folder}/docker.sock --containerd ${folder}/containerd.sock --config-file ${folder}/daemon.json`,
    `--data-root ${folder}/docker --exec-root ${folder}/docker-run --pidfile ${folder}/docker.pid`,
    `--cgroup-parent /${namespace} --exec-opt native.cgroupdriver=cgroupfs --insecure-registry ${registry}`,
  ];
  return `echo ${name} > /proc/sys/kernel/hostname
containerd --config /dev/null ${containerd} &
exec dockerd ${dockerd.join(' ')}
`;
}

/** Heartbeats of a second: a lost node is noticed within some five. */
async function joinSwarm([manager, ...workers]: SwarmCluster['nodes']): Promise<void> {
  await manager.docker.swarmInit({
    ListenAddr: `${manager.address}:2377`,
    AdvertiseAddr: manager.address,
    DefaultAddrPool: ['10.214.0.0/16'],
    SubnetSize: 24,
    Spec: { Dispatcher: { HeartbeatPeriod: 1_000_000_000 } },
  });
  const { JoinTokens } = (await manager.docker.swarmInspect()) as { JoinTokens: { Worker: string } };
  for (const { docker, address } of workers) {
    const RemoteAddrs = [`${manager.address}:2377`];
    const addresses = { ListenAddr: `${address}:2377`, AdvertiseAddr: address };
    await docker.swarmJoin({ ...addresses, RemoteAddrs, JoinToken: JoinTokens.Worker });
  }
}
