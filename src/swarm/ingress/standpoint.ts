import { readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import type Docker from 'dockerode';
import { UnavailableError } from '../../errors.ts';
import { isMissing } from '../engine-errors.ts';
import type { FolderSource } from './ingress-spec.ts';

/** Where Shipmate is, as the Engine knows it. */
export interface Standpoint {
  /** Swarm's id of the node. */
  node: string;
  /** What a container mounts to see the folder, and where the folder is in that. */
  source: FolderSource;
  /** e.g. `` or `/ingress` */
  below: string;
}

/** Shipmate runs on the node, or in a container there whose mounts say where its folders are. */
export async function standpointOf(docker: Docker, folder: string): Promise<Standpoint> {
  const { Swarm } = (await docker.info()) as { Swarm?: { NodeID?: string } };
  const node = Swarm?.NodeID;
  if (!node) throw new UnavailableError('The Engine is in no swarm. Run `docker swarm init`.');
  const own = await ownContainer(docker);
  return { node, ...(own ? sourceWithin(own.Mounts, folder) : { source: { type: 'bind', name: folder }, below: '' }) };
}

export type Mount = Pick<Docker.ContainerInspectInfo['Mounts'][number], 'Destination' | 'Name' | 'Source' | 'Type'>;

/** Where a folder of a container with these mounts is. @throws {UnavailableError} where it is in none. */
export function sourceWithin(all: readonly Mount[], folder: string): Omit<Standpoint, 'node'> {
  const mounts = all.filter(({ Destination }) => isWithin(folder, Destination));
  const [mount] = mounts.toSorted((a, b) => b.Destination.length - a.Destination.length);
  if (!mount)
    throw new UnavailableError(
      `The folder ${folder} is in no volume of Shipmate's container. Mount one there: --volume shipmate:${folder}`,
    );
  const below = folder.slice(mount.Destination.replace(/\/$/, '').length);
  return mount.Type === 'volume' && mount.Name !== undefined
    ? { source: { type: 'volume', name: mount.Name }, below }
    : { source: { type: 'bind', name: posix.join(mount.Source, below) }, below: '' };
}

function isWithin(folder: string, outer: string): boolean {
  return `${folder}/`.startsWith(`${outer.replace(/\/$/, '')}/`);
}

/** The container that this process runs in; undefined on the node itself, and in a container of another Engine. */
async function ownContainer(docker: Docker): Promise<Docker.ContainerInspectInfo | undefined> {
  // The Engine mounts `/etc/hostname` from a folder that is named after the container.
  const mounts = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '');
  const id = /\/containers\/([\da-f]{64})\/hostname /.exec(mounts)?.[1];
  if (id === undefined) return undefined;
  try {
    return await docker.getContainer(id).inspect();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
