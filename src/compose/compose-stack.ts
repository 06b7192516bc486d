import type { BuildSettings } from '../entities/application-config.ts';
import type { ContainerDetails } from '../entities/container-details.ts';
import type { Place } from './origins.ts';

/** The stack that a compose file describes: its active services, short forms written out, variables filled in. */
export interface ComposeStack {
  /** Each after those that it depends on. */
  services: ComposeService[];
  /** Networks that stand for the project's. */
  external: string[];
  /** What an admin has to allow, with the grant that does (`cap:NET_ADMIN`, `path:/srv/media`). */
  needs: ({ service: string; grant: string } & Place)[];
  /** Networks without a way out. */
  internal: string[];
  /** Options of the volume driver, by volume, where a file has some. */
  volumeOptions: Record<string, Record<string, string>>;
  /** What people should know although nothing is wrong, e.g. variables that are not set. */
  warnings: string[];
  /** Shared variables that the file names (`shared.NAME`), and those that are not set and have no default. */
  shared?: { used: string[]; missing: string[] };
}

export interface ComposeService {
  name: string;
  /** One of both is there; with both, `build` counts. */
  image?: string;
  /** `build_context` and the folders in `contexts` are relative to the compose file's folder. */
  build?: BuildSettings;
  /** Secrets of its build; the target is their id. */
  buildSecrets?: ComposeFileMount[];
  /** The entry point instead of the image's, and its arguments. */
  entrypoint?: string[];
  command?: string[];
  environment: Record<string, string>;
  /** `raw`: values are taken as they are written. */
  envFiles: { path: string; required: boolean; format?: 'raw' }[];
  /** Published on every node that runs a task, as `mode: host` asks for. */
  hostPorts: ComposePort[];
  /** Published as Compose does: one is for visitors; the others are published on the nodes if an admin allows it. */
  published: (ComposePort & Place)[];
  /** Ports of the container that nothing publishes. */
  exposed: number[];
  volumes: { volume: string; target: string; readOnly: boolean }[];
  /** Paths beside the compose file: a file, a folder, or what is not in the repository. */
  checkoutMounts: ({ source: string; target: string; readOnly: boolean } & Place)[];
  /** Absolute paths of the nodes. */
  hostPaths: { source: string; target: string; readOnly: boolean }[];
  tmpfs: { target: string; sizeBytes?: number; mode?: number }[];
  /** Undefined when it names none. */
  networks?: { network: string; aliases: string[] }[];
  /** Further names on every network. */
  aliases: string[];
  dependsOn: ComposeDependency[];
  /** Runs to its end. */
  endsByItself?: true;
  healthcheck?: ComposeHealthcheck;
  files: ComposeFileMount[];
  labels: Record<string, string>;
  /** Files of further labels; those above win. */
  labelFiles?: string[];
  replicas: number;
  /** One task on each node that fits, instead of `replicas`. */
  isGlobal?: true;
  resources: { limits: ComposeAmounts & { pids?: number }; reservations: ComposeAmounts };
  constraints: string[];
  /** Node labels over whose values tasks are spread. */
  spread: string[];
  maxReplicasPerNode?: number;
  update: { parallelism?: number; delay?: string; monitor?: string; order?: 'start-first' | 'stop-first' };
  restart: { condition: 'none' | 'any' | 'on-failure'; delay?: string; maxAttempts?: number; window?: string };
  stopGracePeriod?: string;
  container: ContainerDetails;
}

export interface ComposePort {
  container: number;
  host: number;
  /** Default `tcp`. */
  protocol?: 'udp';
}

export interface ComposeDependency {
  service: string;
  /** Wait until it is healthy. */
  healthy: boolean;
  /** Wait until it has ended with exit code 0. */
  completed?: true;
}

/** Durations as the Docker CLI writes them. `test` as in the Engine API, e.g. `["CMD-SHELL", "nc -z 127.0.0.1 80"]`. */
export interface ComposeHealthcheck {
  test: string[];
  interval?: string;
  timeout?: string;
  start_period?: string;
  start_interval?: string;
  retries?: number;
}

export interface ComposeAmounts {
  memory?: string;
  cpus?: string;
}

/** A secret or a config: where it is in the container, and where its text comes from. */
export interface ComposeFileMount {
  /** Absolute, or a name under `/run/secrets`. */
  target: string;
  /** Default: root's, readable by all. */
  owner?: { uid?: string; gid?: string; mode?: number };
  from: { file: string } | { variable: string } | { content: string };
}
