import { createHash } from 'node:crypto';
import type Docker from 'dockerode';
import { labelKeys } from '../labels.ts';
import type { MountedConfig } from '../probe/probe-config.ts';

/** The reverse proxy as a Swarm service: one task on every node, on ports of the host. */
export interface IngressSpec {
  name: string;
  image: string;
  command: string[];
  env: Record<string, string>;
  /** Port inside the container → port of the host. */
  ports: Record<number, number>;
  /** Names of the overlay networks whose services it reaches. */
  networks: string[];
  /** Mount path of the volume with its configuration. */
  configDir: string;
  /** Content of its start file, at `/etc/shipmate/start`; undefined: it needs none. */
  startFile?: string;
  /** Its program where the image has none: path in the container → content. It has no probes then. */
  programs?: Record<string, string>;
  /** Of the service, beside Shipmate's own. */
  labels?: Record<string, string>;
  /** Where an in-memory volume is mounted, for its socket; on every node the job that hands over has it too. */
  runDir: string;
  /** The only node that it runs on (default every node). */
  node?: string;
  /** Numeric user and group of its program (default the image's). */
  user?: string;
  /** A folder that it sees, unchangeable. */
  folder?: { source: FolderSource; target: string };
  /** Of the network in its container. Where one node's kernel lacks one of them, the service goes without on all. */
  kernelSettings: Record<string, string>;
}

/** Where the Engine has a folder: on the node, or in a volume. */
export interface FolderSource {
  type: 'bind' | 'volume';
  name: string;
}

/** Where the container finds its start file. */
export const startPath = '/etc/shipmate/start';

/** The Swarm config that holds the start file. */
export interface StartFile {
  id: string;
  name: string;
}

/** The Swarm configs in its container. */
export interface IngressFiles {
  start?: StartFile | undefined;
  /** Its own program, or those that try ports of tasks, one for each architecture of a node. */
  programs: MountedConfig[];
}

/** Includes a hash of the content, since Swarm configs are immutable. */
export function startFileName({ name, startFile }: { name: string; startFile: string }): string {
  return `${name}-${createHash('sha256').update(startFile).digest('hex').slice(0, 8)}`;
}

/** Named after the service; its content goes with the last container that mounts it. */
export function runVolumeMount({ name, runDir }: Pick<IngressSpec, 'name' | 'runDir'>) {
  const Options = { type: 'tmpfs', device: 'tmpfs', o: 'size=1m,mode=0700' };
  return {
    Type: 'volume' as const,
    Source: runVolume(name),
    Target: runDir,
    VolumeOptions: { NoCopy: true, Labels: {}, DriverConfig: { Name: 'local', Options } },
  };
}

export function runVolume(name: string): string {
  return `${name}-run`;
}

/** `lacking`: a kernel lacks one of the settings; the service remembers that, as every other try would stop it. */
export function toIngressSpec(
  spec: IngressSpec,
  networkIds: string[],
  { start, programs }: IngressFiles,
  lacking = false,
): Docker.CreateServiceOptions {
  const kernelSettings = lacking ? {} : spec.kernelSettings;
  const hash = createHash('sha256')
    .update(JSON.stringify([{ ...spec, kernelSettings }, networkIds, programs.map(({ ConfigName }) => ConfigName)]))
    .digest('hex')
    .slice(0, 24);
  const labels = { [labelKeys.managed]: 'true', [labelKeys.spec]: hash };
  return {
    Name: spec.name,
    Labels: { ...spec.labels, ...labels, ...(lacking && { [labelKeys.lacks]: settingNames(spec) }) },
    TaskTemplate: {
      ContainerSpec: {
        Image: spec.image,
        Labels: labels,
        Command: spec.command,
        Env: Object.entries(spec.env).map(([key, value]) => `${key}=${value}`),
        Configs: [
          ...(start
            ? [
                {
                  ConfigID: start.id,
                  ConfigName: start.name,
                  File: { Name: startPath, UID: '0', GID: '0', Mode: 0o444 },
                },
              ]
            : []),
          ...programs,
        ],
        ...(spec.user !== undefined && { User: spec.user }),
        Mounts: [
          { Type: 'volume', Source: spec.name, Target: spec.configDir },
          runVolumeMount(spec),
          ...(spec.folder
            ? [
                {
                  Type: spec.folder.source.type,
                  Source: spec.folder.source.name,
                  Target: spec.folder.target,
                  ReadOnly: true,
                },
              ]
            : []),
        ],
        ReadOnly: true,
        CapabilityDrop: ['ALL'],
        CapabilityAdd: ['CAP_NET_BIND_SERVICE'],
        // A connection for each request to a task: ports whose connection has ended are needed again at once.
        Sysctls: { 'net.ipv4.tcp_tw_reuse': '1', 'net.ipv4.ip_local_port_range': '1024 65535', ...kernelSettings },
        // Nothing listens on the port while the old task finishes its requests.
        StopGracePeriod: 3_000_000_000,
      },
      RestartPolicy: { Condition: 'any', Delay: 1_000_000_000 },
      Networks: networkIds.map((Target) => ({ Target })),
      ...(spec.node !== undefined && { Placement: { Constraints: [`node.id==${spec.node}`] } }),
    },
    Mode: { Global: {} },
    // The host port is free only once the old task is gone.
    UpdateConfig: { Parallelism: 1, FailureAction: 'rollback', Order: 'stop-first' },
    EndpointSpec: {
      Mode: 'dnsrr',
      Ports: Object.entries(spec.ports).map(([target, published]) => ({
        Protocol: 'tcp' as const,
        TargetPort: Number(target),
        PublishedPort: published,
        PublishMode: 'host' as const,
      })),
    },
  };
}

export function settingNames({ kernelSettings }: Pick<IngressSpec, 'kernelSettings'>): string {
  return Object.keys(kernelSettings).join(',');
}
