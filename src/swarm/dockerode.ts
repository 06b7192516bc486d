import type Docker from 'dockerode';
import { removeBuildContainers, removeUntaggedImages } from './images/build-leftovers.ts';
import { buildCacheBytes, pruneBuildCache } from './images/build-cache.ts';
import { removeService, restartService, rollBackService, scaleService } from './services/control.ts';
import { answering } from './engine-errors.ts';
import { follow, type Followed, type FollowOptions } from './services/follow.ts';
import type { Credentials } from './images/credentials.ts';
import { findImage, pullImage, pushImage } from './images/images.ts';
import { isOnlyHere } from './images/registry-copy.ts';
import { importFolder } from './images/import-folder.ts';
import { labelKeys } from './labels.ts';
import { httpCheckOf } from './probe/http-check.ts';
import { ensureProbeConfig } from './probe/probe-config.ts';
import { endpointsOf } from './services/endpoints.ts';
import { inspectService, listStatuses, serviceStatus } from './services/inspect.ts';
import { completionsOf, isJob } from './services/jobs.ts';
import { followLogs } from './services/follow-logs.ts';
import { listOneOffs, startBeside, startOnce } from './services/one-off.ts';
import { serviceLogs } from './services/logs.ts';
import { ensureNetworks, removeNetwork, removeNetworksOf } from './services/network.ts';
import { listNodes, nodesOfService } from './services/nodes.ts';
import { effectiveCheck, monitorSecondsOf } from './services/health-check.ts';
import { reachOf } from './services/asked.ts';
import { explainPort } from './services/reachability.ts';
import { ensureSecrets } from './services/secrets.ts';
import { toEngineSpec } from './services/service-spec.ts';
import { builtImages, imagesInUse, pruneBuilds, removeImage } from './images/stored-images.ts';
import type { ServiceSpec, Swarm } from './swarm.ts';
import { serviceTroubles } from './services/troubles.ts';
import { createOrUpdate } from './services/update.ts';
import { buildEngine, knowsStartInterval } from './api-version.ts';
import { hasVolume, removeDockerVolume, removeVolumesOf } from './containers/volumes.ts';

export { connectDocker } from './connect.ts';

export interface SwarmOptions extends Partial<FollowOptions> {
  /** Largest build context, bytes. */
  contextLimitBytes: number;
  /** Logins of registries (default: none). */
  credentials?: Credentials;
  /** Id on the services that it makes (default: none). */
  installation?: string;
}

const defaults: FollowOptions = { pollMs: 500, placementMs: 60_000, silenceMs: 60_000, startMs: 60_000 };

/** The Swarm behind a Docker Engine. */
const noLogin: Credentials = async () => undefined;

export function dockerSwarm(
  docker: Docker,
  { contextLimitBytes, credentials = async () => undefined, installation, ...options }: SwarmOptions,
): Swarm {
  const following = { ...defaults, ...options };
  return {
    ping: () => answering(() => requireManager(docker)),
    buildEngine: () => answering(() => buildEngine(docker)),
    build: (request, events, signal) =>
      answering(async () => {
        const { builderNamed } = await import('./images/builders.ts');
        const login = request.anonymous ? noLogin : credentials;
        const work = { ...request, docker, contextLimitBytes, credentials: login };
        return builderNamed(request.builder).build(work, events, signal);
      }),
    importFolder: (image, signal) => answering(() => importFolder(docker, image, signal)),
    findImage: (reference) => answering(() => findImage(docker, reference)),
    isOnlyHere: (reference) => answering(() => isOnlyHere(docker, reference, credentials)),
    pull: (reference, onLine, signal, { anonymous } = {}) =>
      answering(() => pullImage(docker, reference, onLine, signal, anonymous ? undefined : credentials)),
    push: (reference, signal) => answering(() => pushImage(docker, reference, signal, credentials)),
    async *apply(spec, signal, mayStart) {
      signal.throwIfAborted();
      const submitted = await answering(() => submit(docker, spec, { credentials, installation }, mayStart));
      yield* follow(docker, submitted, signal, following);
    },
    watch: (name, monitorSeconds, signal, asked) => follow(docker, { name, monitorSeconds, asked }, signal, following),
    rollBack: (name) => answering(() => rollBackService(docker, name)),
    scale: (name, replicas) => answering(() => scaleService(docker, name, replicas)),
    restart: (name) => answering(() => restartService(docker, name)),
    runBeside: (beside) => answering(() => startBeside(docker, beside, credentials)),
    oneOffs: () => answering(() => listOneOffs(docker)),
    remove: (name) => answering(() => removeService(docker, name)),
    inspect: (name) => answering(() => serviceStatus(docker, name)),
    removeNetworksOf: (applicationId, kept) => answering(() => removeNetworksOf(docker, applicationId, kept)),
    removeNetwork: (name) => answering(() => removeNetwork(docker, name)),
    removeVolume: (name) => answering(() => removeDockerVolume(docker, name)),
    removeVolumesOf: (applicationId) => answering(() => removeVolumesOf(docker, applicationId)),
    list: () => answering(() => listStatuses(docker)),
    endpoints: (networks) => answering(() => endpointsOf(docker, networks)),
    explainPort: (container, port, signal) =>
      answering(async () => (await explainPort(docker, container, port, signal)).text),
    troubles: (name) => answering(() => serviceTroubles(docker, name)),
    rootFolder: () => answering(async () => String((await docker.info()).DockerRootDir)),
    nodes: () => answering(() => listNodes(docker)),
    nodesOf: (name) => answering(() => nodesOfService(docker, name)),
    ownNode: () => answering(async () => (await import('./services/read-usage.ts')).ownNode(docker)),
    usage: (node, signal) =>
      answering(async () => (await import('./services/read-usage.ts')).readUsage(docker, node, signal)),
    hasVolume: (name) => answering(() => hasVolume(docker, name)),
    followLogs: (name, options, ended, signal) => followLogs(docker, name, options, ended, signal),
    logs: (name, lines) => answering(() => serviceLogs(docker, name, lines)),
    cleanUpBuild: (deploymentId) =>
      answering(async () => {
        const { cancelBuild } = await import('./images/request-build.ts');
        if ((await buildEngine(docker)).buildkit) await cancelBuild(docker, deploymentId);
        await removeBuildContainers(docker, deploymentId);
        await removeUntaggedImages(docker, deploymentId);
      }),
    builtImages: () => answering(() => builtImages(docker)),
    imagesInUse: () => answering(() => imagesInUse(docker)),
    removeImage: (reference) => answering(() => removeImage(docker, reference)),
    pruneBuilds: (before) => answering(() => pruneBuilds(docker, before)),
    buildCacheBytes: () => answering(() => buildCacheBytes(docker)),
    pruneBuildCache: (keptBytes) => answering(() => pruneBuildCache(docker, keptBytes)),
  };
}

/** @returns what is to be followed. */
async function submit(
  docker: Docker,
  spec: ServiceSpec,
  { credentials, installation }: { credentials: Credentials; installation: string | undefined },
  mayStart?: () => Promise<void>,
): Promise<Followed> {
  const before = await inspectService(docker, spec.name);
  if (before && spec.once && completionsOf(before.Spec) !== 0)
    return { name: spec.name, monitorSeconds: spec.monitorSeconds };
  // Swarm refuses to turn a service into a job, and back.
  if (before && isJob(before.Spec) !== (spec.job === true)) await removeService(docker, spec.name);
  const monitorSeconds = monitorSecondsOf(await effectiveCheck(docker, spec), spec.monitorSeconds);
  const [networks, secrets, startInterval, login, probe] = await Promise.all([
    ensureNetworks(docker, spec),
    ensureSecrets(docker, spec),
    knowsStartInterval(docker),
    credentials(spec.image),
    httpCheckOf(spec.docker)
      ? ensureProbeConfig(docker, { image: spec.image, constraints: spec.docker.constraints })
      : undefined,
  ]);
  const wanted = toEngineSpec(spec, { networks, secrets, startInterval, monitorSeconds, probe, installation });
  if (spec.once) await startOnce(docker, wanted, { login, mayStart });
  else await createOrUpdate(docker, wanted, { force: spec.forceUpdate ?? false, login });
  const labels = { [labelKeys.spec]: wanted.Labels[labelKeys.spec] ?? '' };
  return { name: spec.name, monitorSeconds, asked: { labels, image: spec.image, reach: reachOf(spec) } };
}

async function requireManager(docker: Docker): Promise<void> {
  await docker.swarmInspect();
}
