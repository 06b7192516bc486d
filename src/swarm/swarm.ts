import type { FolderImage, Generation, NamedContext } from './build-input.ts';
import type { BuildSettings, DockerConfig } from '../entities/application-config.ts';
import type { BuildEngine } from './api-version.ts';
import type { VolumeMount } from './services/mounts.ts';
import type { Asked } from './services/asked.ts';
import type { Beside, OneOffStatus } from './services/beside.ts';
import type { FollowedLine, FollowLogOptions, LogOptions, ServiceLog } from './services/log-options.ts';
import type { ServiceExtras } from './services/service-extras.ts';
import type { ServiceTroubles } from './services/service-troubles.ts';
import type { TaskEndpoint } from './services/task-endpoint.ts';
import type { NodeUsage } from './services/task-usage.ts';
import type { PullOptions } from './images/credentials.ts';

/** Desired service: everything the Engine's service spec is built from. */
export interface ServiceSpec {
  /** Swarm service name, globally unique, at most 63 characters; see `serviceName`. */
  name: string;
  /** Image reference the tasks run. */
  image: string;
  replicas: number;
  /** Plain and secret variables. `secretFiles` come as Swarm secrets instead. */
  env: Record<string, string>;
  /** Mounted at `/run/secrets/<key>`, or at the key when it is a path; key → value. */
  secretFiles: Record<string, string>;
  docker: DockerConfig;
  /** Mounted into every task (default none). */
  volumes?: VolumeMount[];
  /** Overlay network of the project; made when missing. Undefined keeps it off the project's network. */
  network: string | undefined;
  /** Where each new task has to take connections from the project's network before it counts (default nowhere). */
  port?: number | undefined;
  /** More overlay networks, of the application alone, made when missing; `aliases` are its tasks' names on them. */
  ownNetworks?: { name: string; aliases: string[]; internal?: true }[];
  /** Of a service of a stack. */
  extras?: ServiceExtras;
  /** Ties the service to its rows; see `labels.ts`. */
  labels: Record<string, string>;
  /** Most seconds that the new tasks must stay healthy before the update counts; with a health check two of its intervals do. */
  monitorSeconds: number;
  /** Its tasks run to their end, once for every time it is applied (default: they are kept running). */
  job?: true;
  /** One that exists is followed as it is: a job that is updated would run again (default false). */
  once?: true;
  /** Replaces the tasks although nothing differs (default false). */
  forceUpdate?: boolean;
}

/** A task that ended by itself, or did not start. */
export interface TaskFailure {
  /** Its id. */
  task: string;
  /** e.g. `exited with code 1`. */
  error: string;
  exitCode?: number;
  /** Whether the kernel ended it because of its memory; unknown of a task of another node. */
  outOfMemory?: boolean;
  memoryLimitBytes?: number;
  /** What its health check printed last, when that failed. Not redacted. */
  checkOutput?: string;
  /** What it printed last, at most 200 lines. Not redacted. */
  lines: string[];
  /** Why lines are missing. */
  unread?: string;
}

/** A snapshot of a roll-out in progress. */
export interface RolloutProgress {
  state: 'rolling_out' | 'watching' | 'converged' | 'rolling_back' | 'rolled_back' | 'failed';
  /** Tasks of the new version that run and are healthy. */
  healthy: number;
  desired: number;
  /** What tasks report when they do not come up, newest first, without duplicates, e.g. `exited with code 1`. */
  taskErrors: string[];
  /** Its tasks that failed so far, oldest first, at most 20. */
  failures?: TaskFailure[];
  /** What is still missing, e.g. `health check: GET /healthz on port 3000 answered 500`. Not redacted. */
  check?: string;
  /** The service's version index as last seen. */
  version: number;
  /** The service is on another version than the one asked for: it is being rolled back, or was. */
  reverted?: true;
  /** No task of the version before has served all the time: those that run now were started again. */
  restarted?: true;
}

export interface BuildRequest extends PullOptions {
  /** Names the build, so that a cancelled or killed one can be found and removed. */
  deploymentId: string;
  /** Name of the one that makes the image; see `chooseBuilder`. */
  builder: string;
  /** Directory that is sent as the build context, already resolved; a symlink may not lead out of it. */
  context: string;
  settings: BuildSettings;
  /** By the names under which the build asks for them (default none). */
  contexts?: Readonly<Record<string, NamedContext>>;
  generation?: Generation;
  /** Of the Engine that builds (default: it is asked). */
  engine?: BuildEngine;
  /** What the image is based on, for logins (default: read from the checkout). */
  baseImages?: readonly string[];
  /** Tag the image gets, e.g. `shipmate/shop-api:3f2c…`. */
  tag: string;
  labels: Record<string, string>;
  /** Secrets for `RUN --mount=type=secret,id=<key>`, which leave no trace in the image (default none). */
  secrets?: Record<string, string>;
}

export interface BuildEvents {
  onStep(step: number, steps: number, text: string): void;
  /** What it returns is waited for before more of the output is read. */
  onLine(text: string): unknown;
  /** An image that the build is about to use, its base's triggers included. What it throws ends the build. */
  onImage?(reference: string): Promise<void>;
}

export interface BuiltImage {
  id: string;
  /** Of its unpacked layers. */
  sizeBytes: number;
  /** Id of the application that Shipmate built it for; undefined for what it did not build. */
  application?: string;
  /** Instructions that a build on it runs (`ONBUILD`), in order. */
  triggers?: string[];
}

/** An image that Shipmate built, on the Engine's own node. */
export interface StoredImage {
  /** Id of the application it was built for. */
  application: string;
  /** Its names with their tags. */
  tags: string[];
  createdAt: Date;
  sizeBytes: number;
}

export interface ServiceStatus {
  name: string;
  image: string;
  version: number;
  replicas: number;
  running: number;
  labels: Record<string, string>;
  /** Its tasks run to their end; then `replicas` is 0. */
  job?: true;
  updateState?: string;
  /** When that update began, by the clock of the manager. It stays when the state changes, which `version` does not. */
  updateBegan?: string;
}

/** A host of the swarm. */
export interface SwarmNode {
  id: string;
  hostname: string;
  role: 'manager' | 'worker';
  /** Whether it is that of the Engine that Shipmate speaks to, where images are built. */
  own: boolean;
  /** Whether it leads the managers. */
  leader: boolean;
  /** `down`: no heartbeat for some seconds. */
  state: 'unknown' | 'down' | 'ready' | 'disconnected';
  /** `pause` and `drain` are what somebody wanted: it takes no new tasks, or none at all. */
  availability: 'active' | 'pause' | 'drain';
  address: string;
  engineVersion: string;
  labels: Record<string, string>;
  /** How many tasks of any service run there, as far as Swarm knows. */
  tasks: number;
  /** Why it is in its state, e.g. `heartbeat failure`. */
  message?: string;
}

/** The only way to the Docker Engine. Every method throws `UnavailableError` when the Engine does not answer. */
export interface Swarm {
  ping(): Promise<void>;
  /** What the Engine builds for, and with. */
  buildEngine(): Promise<BuildEngine>;
  /** @throws {UserError} when the checkout is refused or a step fails. */
  build(request: BuildRequest, events: BuildEvents, signal: AbortSignal): Promise<BuiltImage>;
  /** Makes an image without building. */
  importFolder(image: FolderImage, signal: AbortSignal): Promise<void>;
  /** Undefined when the Engine has no such image. */
  findImage(reference: string): Promise<BuiltImage | undefined>;
  /** Whether an image was built or imported on this node and is in no registry, so that other nodes cannot pull it. */
  isOnlyHere(reference: string): Promise<boolean>;
  /**
   * Fetches an image that is not built here. One that cannot be pulled but is on this host already is used as it is.
   * @returns its reference with the digest, `name:tag@sha256:…`, so that other nodes and later deployments get the same
   * bytes; as it was given when no registry knows it.
   * @throws {UserError} when it can neither be pulled nor found.
   */
  pull(reference: string, onLine: BuildEvents['onLine'], signal: AbortSignal, options?: PullOptions): Promise<string>;
  /**
   * Sends an image to the registry in its name.
   * @returns its reference with the digest, as `pull`. @throws {UserError} when it is refused.
   */
  push(reference: string, signal: AbortSignal): Promise<string>;
  /**
   * Creates or updates the service, then yields until it has converged and stayed healthy, was rolled back,
   * failed or `signal` aborts (which throws its reason). The last value yielded is one of `converged`,
   * `rolled_back`, `failed`. A first version that fails is removed again, so that it does not go on crashing.
   * A host port makes updates stop-first; see `updateOrder`.
   * @param mayStart Asked before the task of a spec with `once` starts, when what it throws ends the attempt; whoever
   * asks later finds it started (default: it may).
   * @throws {ConflictError} when another update of the service got in between.
   */
  apply(spec: ServiceSpec, signal: AbortSignal, mayStart?: () => Promise<void>): AsyncIterable<RolloutProgress>;
  /**
   * Starts one task with what a service has, now: its image, network, variables, secrets, volumes, limits and nodes.
   * Returns when Swarm has accepted it; `watch` tells how it goes. @throws {NotFoundError} without the service.
   */
  runBeside(beside: Beside): Promise<void>;
  /** The one-off tasks of `runBeside` whose services are there, oldest first. */
  oneOffs(): Promise<OneOffStatus[]>;
  /**
   * Resumes watching a roll-out that an earlier process began.
   * @param asked What it began; the service counts as rolled back when it is anything else.
   */
  watch(name: string, monitorSeconds: number, signal: AbortSignal, asked?: Asked): AsyncIterable<RolloutProgress>;
  /** Stops an update in flight and goes back to the previous spec; false when there is none to go back to. */
  rollBack(name: string): Promise<boolean>;
  /** Returns when Swarm has accepted it. @throws {ConflictError} during a roll-out. */
  scale(name: string, replicas: number): Promise<void>;
  /** New tasks from the same spec. Returns when Swarm has accepted it. @throws {ConflictError} during a roll-out. */
  restart(name: string): Promise<void>;
  /** Also waits until its containers are gone, and removes its Swarm secrets. Nothing happens when there is none. */
  remove(name: string): Promise<void>;
  inspect(name: string): Promise<ServiceStatus | undefined>;
  /** Removes the networks of an application alone, but those named, once nothing is attached to them. */
  removeNetworksOf(applicationId: string, kept?: string[]): Promise<void>;
  /** Removes a project's network; one that is still in use, or is gone already, is left alone. */
  removeNetwork(name: string): Promise<void>;
  /**
   * Deletes a volume with its data, on the Engine's own node; one that is gone already is left alone.
   * @throws {ConflictError} while a container uses it.
   */
  removeVolume(name: string): Promise<void>;
  /** The same for all volumes that were made for an application, once no task uses them any more. */
  removeVolumesOf(applicationId: string): Promise<void>;
  /** Services that carry Shipmate's label. */
  list(): Promise<ServiceStatus[]>;
  /** Running tasks of services, each by its address on one network: service name → network name. */
  endpoints(networks: ReadonlyMap<string, string>): Promise<TaskEndpoint[]>;
  /**
   * Why a task takes no connections on its port, e.g. `nothing listens on port 4000; the container listens on 3000`. Of
   * a container on another node only that nothing answers is known.
   */
  explainPort(container: string | undefined, port: number, signal: AbortSignal): Promise<string>;
  /** Errors of recently ended tasks. */
  troubles(name: string): Promise<ServiceTroubles>;
  /** Where the Engine keeps images and volumes, e.g. `/var/lib/docker`: a folder of its own host. */
  rootFolder(): Promise<string>;
  /** Every node of the swarm, by host name. */
  nodes(): Promise<SwarmNode[]>;
  /** Ids of the nodes on which tasks of a service run. */
  nodesOf(name: string): Promise<string[]>;
  /** Id of the Engine's own node. */
  ownNode(): Promise<string>;
  /** What the tasks of applications on `node`, which has to be the own one, use. */
  usage(node: string, signal: AbortSignal): Promise<NodeUsage>;
  /** Whether the Engine's own node has a volume of this name. */
  hasVolume(name: string): Promise<boolean>;
  /** The newest lines of all its tasks, ordered by time. */
  logs(name: string, options: LogOptions): Promise<ServiceLog>;
  /**
   * What its tasks print, as they print it, until `ended` aborts; then the rest. Survives a restart of the Engine.
   * @throws the reason of `signal` when it aborts.
   */
  followLogs(
    name: string,
    options: FollowLogOptions,
    ended: AbortSignal,
    signal: AbortSignal,
  ): AsyncIterable<FollowedLine>;
  /** Removes what builds of these deployments left: intermediate containers, untagged images. */
  cleanUpBuild(deploymentId: string): Promise<void>;
  /** Images that Shipmate built, on the Engine's own node. */
  builtImages(): Promise<StoredImage[]>;
  /** The images that services name, of whoever: as they are, and as they were before their last update. */
  imagesInUse(): Promise<string[]>;
  /** Takes the name off the image, which goes with its last one. False while a container needs it. */
  removeImage(reference: string): Promise<boolean>;
  /** Removes what builds before this moment left behind without a name. */
  pruneBuilds(before: Date): Promise<void>;
  /** Size of the build cache, without what images share with it. */
  buildCacheBytes(): Promise<number>;
  /**
   * Removes of the build cache what was not used for the longest time, until at most `keptBytes` are left; images stay.
   * @returns bytes that are free again.
   */
  pruneBuildCache(keptBytes: number): Promise<number>;
}
