import type Docker from 'dockerode';
import { labelKeys } from '../labels.ts';

/** A volume mount of a service; Docker creates the volume where a task starts, unless it exists. */
export interface VolumeMount {
  /** Name of the volume, unique on the Swarm. */
  name: string;
  type: 'docker_volume' | 'nfs' | 's3';
  /** Absolute path in the container. */
  target: string;
  /**
   * `server` and `path` of an `nfs` volume; `driver`, the volume plugin, of an `s3` one; `type`, `o` and `device` of a
   * Docker volume that a compose file gives options.
   */
  options: Record<string, string>;
  /** Default false. */
  readOnly?: boolean;
}

/** Labelled, to distinguish them from mounts that an operator added by hand. */
export function toMounts(volumes: readonly VolumeMount[], application: string | undefined): Docker.MountSettings[] {
  return volumes.map((volume) => ({
    Type: 'volume',
    Source: volume.name,
    Target: volume.target,
    ...(volume.readOnly && { ReadOnly: true }),
    VolumeOptions: {
      NoCopy: false,
      Labels: { [labelKeys.managed]: 'true', ...(application && { [labelKeys.application]: application }) },
      DriverConfig: driverOf(volume),
    },
  }));
}

/** @see https://docs.docker.com/engine/storage/volumes/#create-a-service-which-creates-an-nfs-volume */
function driverOf({ type, options }: VolumeMount): { Name: string; Options: Record<string, string> } {
  if (type === 'nfs') {
    return {
      Name: 'local',
      Options: { type: 'nfs', o: `addr=${options['server'] ?? ''},rw`, device: `:${options['path'] ?? ''}` },
    };
  }
  const { device, o, type: kind } = options;
  if (type === 'docker_volume' && kind !== undefined) {
    return { Name: 'local', Options: { type: kind, ...(o && { o }), ...(device && { device }) } };
  }
  return { Name: type === 's3' ? (options['driver'] ?? '') : 'local', Options: {} };
}

/** Ours as they are wanted, and what an operator mounted by hand at other paths. */
export function mergeMounts(
  before: readonly Docker.MountSettings[] | undefined,
  wanted: readonly Docker.MountSettings[] | undefined,
): Docker.MountSettings[] | undefined {
  if (!before && !wanted) return undefined;
  const targets = wanted?.map((mount) => mount.Target) ?? [];
  const byHand = (before ?? []).filter(
    (mount) => mount.VolumeOptions?.Labels?.[labelKeys.managed] !== 'true' && !targets.includes(mount.Target),
  );
  return [...byHand, ...(wanted ?? [])];
}
