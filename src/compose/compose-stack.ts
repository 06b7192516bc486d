import type { BuildSettings } from '../entities/application-config.ts';
import type { ContainerDetails } from '../entities/container-details.ts';

/** The stack that a compose file describes: its active services, short forms written out, variables filled in. */
export interface ComposeStack {
  /** Each after those that it depends on. */
  services: ComposeService[];
  /** Networks that stand for the project's. */
  external: string[];
  /** What people should know although nothing is wrong, e.g. variables that are not set. */
  warnings: string[];
}

export interface ComposeService {
  name: string;
  /** One of both is there; with both, `build` counts. */
  image?: string;
  /** `build_context` is relative to the compose file's folder. */
  build?: BuildSettings;
  /** The entry point instead of the image's, and its arguments. */
  entrypoint?: string[];
  command?: string[];
  environment: Record<string, string>;
  envFiles: { path: string; required: boolean }[];
  /** Published on every node that runs a task. */
  hostPorts: { container: number; host: number }[];
  volumes: { volume: string; target: string; readOnly: boolean }[];
  tmpfs: { target: string; sizeBytes?: number }[];
  /** Undefined when it names none. */
  networks?: { network: string; aliases: string[] }[];
  dependsOn: { service: string; healthy: boolean }[];
  healthcheck?: ComposeHealthcheck;
  files: ComposeFileMount[];
  labels: Record<string, string>;
  replicas: number;
  resources: { limits: ComposeAmounts & { pids?: number }; reservations: ComposeAmounts };
  constraints: string[];
  maxReplicasPerNode?: number;
  update: { parallelism?: number; delay?: string; monitor?: string; order?: 'start-first' | 'stop-first' };
  restart: { condition: 'any' | 'on-failure'; delay?: string; maxAttempts?: number; window?: string };
  stopGracePeriod?: string;
  container: ContainerDetails;
}

/** Durations as the Docker CLI writes them. `test` as in the Engine API, e.g. `["CMD-SHELL", "nc -z 127.0.0.1 80"]`. */
export interface ComposeHealthcheck {
  test: string[];
  interval?: string;
  timeout?: string;
  start_period?: string;
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
  from: { file: string } | { variable: string } | { content: string };
}
