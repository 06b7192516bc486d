import type Docker from 'dockerode';
import type { ContainerDetails } from '../../entities/container-details.ts';
import { nanosecondsOf, secondsToNanoseconds } from '../engine-units.ts';

/** Options of stack and database services only. Durations as in docs/units.md. */
export interface ServiceExtras extends ContainerDetails {
  /** Of the containers, beside Shipmate's. */
  labels: Record<string, string>;
  tmpfs: { target: string; sizeBytes?: number; mode?: number }[];
  /** Paths of the nodes (default none). */
  hostPaths?: { source: string; target: string; readOnly: boolean }[];
  /** Node labels over whose values tasks are spread (default none). */
  spread?: string[];
  /** Of secret files, by their key: who owns them and who may read them (default: root's, readable by all). */
  fileOwners?: Record<string, { uid?: string; gid?: string; mode?: number }>;
  update: { parallelism?: number; delay?: string; monitor?: string; order?: 'start-first' | 'stop-first' };
  restart: { condition: 'none' | 'any' | 'on-failure'; delay?: string; maxAttempts?: number; window?: string };
  maxReplicasPerNode?: number;
  pidsLimit?: number;
}

/** Contains every key, so that merging removes options that are no longer set. */
export function extraContainerSpec(extras: ServiceExtras) {
  return {
    User: extras.user,
    Dir: extras.workingDir,
    Hostname: extras.hostname,
    Init: extras.init,
    ReadOnly: extras.readOnly,
    StopSignal: extras.stopSignal,
    TTY: extras.tty,
    OpenStdin: extras.openStdin,
    Groups: extras.groups,
    CapabilityAdd: extras.capAdd,
    CapabilityDrop: extras.capDrop,
    Sysctls: extras.sysctls,
    Ulimits: extras.ulimits?.map(({ hard, name, soft }) => ({ Name: name, Soft: soft, Hard: hard })),
    DNSConfig: extras.dns && {
      Nameservers: extras.dns.servers,
      Search: extras.dns.search,
      Options: extras.dns.options,
    },
    Hosts: extras.extraHosts,
  };
}

export function extraMounts({ hostPaths = [], tmpfs }: ServiceExtras): Docker.MountSettings[] {
  const folders = hostPaths.map(({ readOnly, source, target }) => ({
    Type: 'bind' as const,
    Source: source,
    Target: target,
    ReadOnly: readOnly,
  }));
  return [...folders, ...tmpfs.map(tmpfsMount)];
}

function tmpfsMount({ mode = 0o1777, sizeBytes, target }: ServiceExtras['tmpfs'][number]): Docker.MountSettings {
  return {
    Type: 'tmpfs',
    Source: '',
    Target: target,
    ...((sizeBytes !== undefined || mode !== 0o1777) && {
      TmpfsOptions: { SizeBytes: sizeBytes ?? 0, Mode: mode },
    }),
  };
}

export function extraRestartPolicy({ restart }: ServiceExtras, defaultDelaySeconds: number) {
  return {
    Condition: restart.condition,
    Delay: restart.delay === undefined ? secondsToNanoseconds(defaultDelaySeconds) : nanosecondsOf(restart.delay),
    MaxAttempts: restart.maxAttempts ?? 0,
    ...(restart.window !== undefined && { Window: nanosecondsOf(restart.window) }),
  };
}

/** What differs from the update of other services. */
export function extraUpdateConfig({ update }: ServiceExtras) {
  return {
    ...(update.parallelism !== undefined && { Parallelism: update.parallelism }),
    ...(update.delay !== undefined && { Delay: nanosecondsOf(update.delay) }),
    ...(update.monitor !== undefined && { Monitor: nanosecondsOf(update.monitor) }),
    ...(update.order !== undefined && { Order: update.order }),
  };
}
