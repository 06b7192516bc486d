import type Docker from 'dockerode';
import type { ContainerDetails } from '../../entities/container-details.ts';
import { nanosecondsOf, secondsToNanoseconds } from '../engine-units.ts';

/** Options of stack and database services only. Durations as in docs/units.md. */
export interface ServiceExtras extends ContainerDetails {
  /** Of the containers, beside Shipmate's. */
  labels: Record<string, string>;
  tmpfs: { target: string; sizeBytes?: number }[];
  update: { parallelism?: number; delay?: string; monitor?: string; order?: 'start-first' | 'stop-first' };
  restart: { condition: 'any' | 'on-failure'; delay?: string; maxAttempts?: number; window?: string };
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
    CapabilityDrop: extras.capDrop,
    Hosts: extras.extraHosts,
  };
}

export function tmpfsMounts({ tmpfs }: ServiceExtras): Docker.MountSettings[] {
  return tmpfs.map(({ target, sizeBytes }) => ({
    Type: 'tmpfs' as const,
    Source: '',
    Target: target,
    ...(sizeBytes !== undefined && { TmpfsOptions: { SizeBytes: sizeBytes, Mode: 0o1777 } }),
  }));
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
