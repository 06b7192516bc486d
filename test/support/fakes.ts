import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { createAcme } from '../../src/acme/acme.ts';
import { memoryArchive } from './memory-archive.ts';
import type { Config } from '../../src/config.ts';
import type { Database } from '../../src/database/database.ts';
import type { Lease } from '../../src/database/lease.ts';
import { NotFoundError } from '../../src/errors.ts';
import { type GitHostApi, GitHostError } from '../../src/git-hosts/api.ts';
import { appClients } from '../../src/git-hosts/app-clients.ts';
import { openResolver } from '../../src/host/resolver.ts';
import type { Git } from '../../src/git/git.ts';
import type { Gateways, GatewaySpec } from '../../src/ingress/gateways.ts';
import type { Ingress, IngressState } from '../../src/ingress/ingress.ts';
import type { Queue } from '../../src/queue/queue.ts';
import { fakeBackupStore, fakeOneShots } from './fake-backups.ts';
import { createCipher } from '../../src/secrets/aes-gcm.ts';
import type { ServiceStatus, Swarm, SwarmNode } from '../../src/swarm/swarm.ts';
import { createAppTokens } from '../../src/usecases/host-apps/installation-tokens.ts';
import type { Deps } from '../../src/usecases/deps.ts';
import type { Origin } from '../../src/usecases/origin.ts';

const noChats = { slack: undefined, discord: undefined, mattermost: undefined };
export const testConfig: Config = {
  databaseUrl: undefined,
  databaseConnections: 20,
  databaseTimeoutMs: 300_000,
  dataDir: '/nonexistent',
  host: '127.0.0.1',
  port: 0,
  publicUrl: 'http://ship.example',
  publicIngress: false,
  metricsAddress: undefined,
  traces: undefined,
  trustedProxies: [],
  secretKeys: undefined,
  logLevel: 'silent',
  logFormat: 'json',
  logFile: undefined,
  dockerHost: undefined,
  baseDomain: 'localhost',
  ingressHttpPort: 8088,
  ingressHttpsPort: 8443,
  ingressImage: 'caddy:2',
  gatewayImage: 'node:24-alpine',
  diskThresholds: [80, 90],
  registry: undefined,
  registryLogin: undefined,
  deployments: {
    concurrency: 2,
    cloneTimeoutMs: 600_000,
    buildTimeoutMs: 600_000,
    rolloutTimeoutMs: 600_000,
    dockerTimeoutMs: 1_000,
    stopGraceMs: 1_000,
    monitorSeconds: 1,
    contextLimitBytes: 1_000_000,
    buildCacheBytes: 1_000_000,
    baseImages: {},
  },
  localRepositories: undefined,
  hostPaths: [],
  retention: {
    deploymentsMs: 90 * 86_400_000,
    deploymentLogsMs: 30 * 86_400_000,
    auditMs: 365 * 86_400_000,
    recordsMs: 30 * 86_400_000,
    imagesKept: 5,
  },
  backupTimeoutMs: 600_000,
  selfBackup: { passphrase: undefined, folder: undefined },
  acme: { directoryUrl: 'http://127.0.0.1:9/directory', email: undefined, caFile: undefined },
  dns: undefined,
  s3: undefined,
  ...noChats,
};

/** A git host that nobody reaches. */
const silence = async () => Promise.reject(new GitHostError('nobody answers'));
export const silentHost: GitHostApi = {
  setStatus: silence,
  checksOf: silence,
  createDeployment: silence,
  reportDeployment: silence,
  mayPush: silence,
  addComment: silence,
  editComment: silence,
  webhooks: silence,
  createWebhook: silence,
  updateWebhook: silence,
  removeWebhook: silence,
  addDeployKey: silence,
  removeDeployKey: silence,
  failedDeliveries: silence,
  redeliver: silence,
  readRepository: silence,
};

const freeLease: Lease = { lost: new AbortController().signal, release: async () => undefined };

function unexpectedCall(name: string): never {
  throw new Error(`the fake does not do ${name}`);
}

/** Services that do at once what they are told; what was asked is in `calls`. */
export function fakeSwarm() {
  const services = new Map<string, ServiceStatus>();
  const calls: string[] = [];
  function running(name: string, replicas = 1): void {
    services.set(name, { name, image: 'image:1', version: 1, replicas, running: replicas, labels: {} });
  }
  const swarm: Swarm = {
    ping: async () => undefined,
    buildEngine: async () => ({ apiVersion: '1.51', platform: 'linux/amd64', buildkit: true }),
    build: async () => unexpectedCall('build'),
    importFolder: async () => unexpectedCall('importFolder'),
    findImage: async () => undefined,
    isOnlyHere: async () => false,
    pull: async () => unexpectedCall('pull'),
    push: async () => unexpectedCall('push'),
    apply: () => unexpectedCall('apply'),
    watch: () => unexpectedCall('watch'),
    rollBack: async () => unexpectedCall('rollBack'),
    async scale(name, replicas) {
      calls.push(`scale ${name} ${replicas}`);
      running(name, replicas);
    },
    async restart(name) {
      calls.push(`restart ${name}`);
    },
    async remove(name) {
      calls.push(`remove ${name}`);
      services.delete(name);
    },
    inspect: async (name) => services.get(name),
    list: async () => [...services.values()],
    endpoints: async () => [],
    explainPort: async () => unexpectedCall('explainPort'),
    troubles: async () => ({ ended: 0, errors: [] }),
    rootFolder: async () => '/nonexistent',
    nodes: async () => [swarmNode()],
    nodesOf: async () => [],
    ownNode: async () => 'node1',
    usage: async () => ({ running: [], ended: [], left: 0 }),
    hasVolume: async () => false,
    logs: async (name, { lines }) => ({
      lines: Array.from({ length: Math.min(lines, 3) }, (_, at) => `${name} line ${at + 1}`),
      missing: [],
    }),
    followLogs: () => unexpectedCall('followLogs'),
    async runBeside({ command, service }) {
      calls.push(`run ${command.join(' ')} beside ${service}`);
    },
    oneOffs: async () => [],
    async removeVolume(name) {
      calls.push(`remove volume ${name}`);
    },
    async removeVolumesOf(application) {
      calls.push(`remove volumes of ${application}`);
    },
    removeNetworksOf: async () => undefined,
    removeNetwork: async () => undefined,
    cleanUpBuild: async () => undefined,
    builtImages: async () => [],
    imagesInUse: async () => [],
    removeImage: async (reference) => {
      calls.push(`remove image ${reference}`);
      return true;
    },
    pruneBuilds: async () => undefined,
    buildCacheBytes: async () => 0,
    pruneBuildCache: async () => 0,
  };
  return { swarm, calls, running };
}

export function swarmNode(over: Partial<SwarmNode> = {}): SwarmNode {
  return {
    id: 'node1',
    hostname: 'host-1',
    role: 'manager',
    own: true,
    leader: true,
    state: 'ready',
    availability: 'active',
    address: '10.0.0.1',
    engineVersion: '28.0.0',
    labels: {},
    tasks: 3,
    ...over,
  };
}

/** Knows the refs it is given, e.g. `{ main: '3f2c…' }`. */
export function fakeGit(refs: Record<string, string> = {}): Git {
  return {
    requireAllowed: async () => undefined,
    checkout: async () => unexpectedCall('checkout'),
    async resolve(_remote, ref) {
      const commit = refs[ref];
      if (commit === undefined) throw new NotFoundError(`The repository has no \`${ref}\`.`);
      return { commit, kind: 'branch' };
    },
    findBranch: async (_remote, branch) => ({ kind: 'found', branch: branch ?? 'main' }),
    changedPaths: async () => undefined,
    messagesBetween: async () => undefined,
    compare: async () => undefined,
  };
}

/** Remembers which applications were enqueued. */
export function fakeQueue() {
  const enqueued: string[] = [];
  const queue: Queue = {
    enqueuesInSql: false,
    start: async () => undefined,
    async enqueueDeployment(_em, applicationId) {
      enqueued.push(applicationId);
    },
    promoteLate: async () => undefined,
    work: async () => undefined,
    enqueueJob: async () => undefined,
    workJobs: async () => undefined,
    handBackLost: async () => undefined,
    stop: async () => undefined,
    ping: async () => undefined,
    depth: async () => ({ waiting: enqueued.length, running: 0 }),
  };
  return { queue, enqueued };
}

/** Remembers what it was told to do. */
export function fakeIngress() {
  const applied: IngressState[] = [];
  const ingress: Ingress = {
    async apply(state) {
      applied.push(state);
    },
    remove: async () => undefined,
    ping: async () => undefined,
    problem: async () => undefined,
    reach: async () => undefined,
  };
  return { ingress, applied };
}

/** Remembers what it was told to run. */
export function fakeGateways() {
  const applied: GatewaySpec[][] = [];
  const gateways: Gateways = {
    async apply(wanted) {
      applied.push(wanted);
    },
    ask: async () => undefined,
    problem: async () => undefined,
  };
  return { gateways, applied };
}

/** Everything use cases need, over a real database. Override what the test is about. */
export function fakeDeps(database: Database, over: Partial<Deps> = {}): Deps {
  const cipher = over.cipher ?? createCipher([randomBytes(32)]);
  const hostAppApis = over.hostAppApis ?? appClients({ timeoutMs: 60_000 });
  return {
    config: testConfig,
    replicaId: '00000000-0000-4000-8000-000000000001',
    database,
    // Nothing runs in the background, and commands wait for nobody.
    leases: {
      tryAcquire: async (name) => (name.startsWith('webhook:') ? freeLease : undefined),
      isHeld: async () => false,
      close: async () => undefined,
    },
    cipher,
    git: fakeGit(),
    gitHostApis: { open: () => silentHost },
    hostAppApis,
    appTokens: createAppTokens({ cipher, database, hostAppApis }),
    swarm: fakeSwarm().swarm,
    oneShots: fakeOneShots(),
    backupStore: fakeBackupStore().store,
    ingress: fakeIngress().ingress,
    gateways: fakeGateways().gateways,
    archive: memoryArchive(),
    queue: fakeQueue().queue,
    acme: createAcme(testConfig),
    // Nobody answers there.
    resolver: () => openResolver('127.0.0.1:9'),
    logger: pino({ level: 'silent' }),
    traces: undefined,
    announceTo: [],
    reachChecks: new Map(),
    ...over,
  };
}

/** A person at the console. */
export function consoleOrigin(account = 'ada'): Origin {
  return { platform: 'console', workspace: 'local', channel: 'console', shared: false, account, accountName: account };
}
