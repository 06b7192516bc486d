import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';
import { ConflictError } from '../../errors.ts';
import { answering, asUnavailable, isMissing, statusOf } from '../engine-errors.ts';
import { labelKeys } from '../labels.ts';
import { type Engine, ensureImage, putTar } from './one-shot-spec.ts';
import type { VolumeUse } from './one-shot.ts';
import { removeContainer } from '../remove-container.ts';

/** How long to wait for a recently used volume, and how often to retry, milliseconds. */
const [releaseMs, pollMs] = [30_000, 250];
export const mountPoint = '/shipmate-volume';

/** The Engine builds the tar from a container that is never started, so the image needs no tools. */
export async function* readVolume(engine: Engine, use: VolumeUse, signal: AbortSignal): AsyncIterable<Buffer> {
  const container = await answering(async () => {
    await requireVolume(engine.docker, use.volume);
    return holding(engine, use, true, signal);
  });
  try {
    const options = { path: `${mountPoint}/.`, abortSignal: signal };
    const tar = (await answering(() => container.getArchive(options))) as unknown as Readable;
    for await (const chunk of tar) yield chunk as Buffer;
    signal.throwIfAborted();
  } catch (error) {
    signal.throwIfAborted();
    throw asUnavailable(error);
  } finally {
    await answering(() => removeContainer(container));
  }
}

export async function writeVolume(
  engine: Engine,
  use: VolumeUse,
  tar: AsyncIterable<Buffer>,
  signal: AbortSignal,
): Promise<void> {
  await emptyVolume(engine.docker, use.volume);
  const container = await holding(engine, use, false, signal);
  try {
    await putTar(container, tar, mountPoint, signal);
  } finally {
    await removeContainer(container);
  }
}

/** A missing volume was deleted by an earlier, interrupted attempt. */
async function emptyVolume(docker: Docker, name: string): Promise<void> {
  const volume = docker.getVolume(name);
  try {
    const { Labels, Options } = await volume.inspect();
    await removeUnused(docker, name);
    await docker.createVolume({ Name: name, Labels: Labels ?? {}, DriverOpts: Options ?? {} });
  } catch (error) {
    if (isMissing(error)) await docker.createVolume({ Name: name, Labels: { [labelKeys.managed]: 'true' } });
    else if (statusOf(error) === 409) {
      throw new ConflictError(`The volume \`${name}\` is still in use by a container.`, { cause: error });
    } else throw error;
  }
}

/** Retries, since Swarm removes the container of a stopped task a little later. */
async function removeUnused(docker: Docker, name: string): Promise<void> {
  for (const end = performance.now() + releaseMs; ;) {
    try {
      return await docker.getVolume(name).remove();
    } catch (error) {
      if (statusOf(error) !== 409 || performance.now() > end) throw error;
      await removeEndedTasks(docker, name);
      await delay(pollMs);
    }
  }
}

/** Swarm keeps the containers of earlier tasks as history, even of a service without replicas: they hold the volume. */
async function removeEndedTasks(docker: Docker, volume: string): Promise<void> {
  const filters = { volume: [volume], status: ['created', 'exited', 'dead'], label: ['com.docker.swarm.task.id'] };
  for (const { Id } of await docker.listContainers({ all: true, filters })) {
    await removeContainer(docker.getContainer(Id));
  }
}

/** Swarm no longer counts tasks once they are told to stop, but their servers exit some seconds later. */
export async function awaitUnused(docker: Docker, name: string, signal: AbortSignal): Promise<void> {
  const filters = { volume: [name], status: ['running', 'paused', 'restarting'] };
  while ((await docker.listContainers({ all: true, filters })).length > 0) await delay(pollMs, undefined, { signal });
}

/** The Engine would create a missing volume, and the backup would be empty. */
export async function requireVolume(docker: Docker, name: string): Promise<void> {
  try {
    await docker.getVolume(name).inspect();
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new ConflictError(
      `The volume \`${name}\` is not on the node that Shipmate runs on, so its files are not accessible. ` +
        'Use a `full` or `incremental` backup, which works over the network.',
      { cause: error },
    );
  }
}

async function holding(
  engine: Engine,
  { volume, image, labels }: VolumeUse,
  readOnly: boolean,
  signal: AbortSignal,
): Promise<Docker.Container> {
  await ensureImage(engine, image, signal);
  return engine.docker.createContainer({
    Image: image,
    // Never run, but the Engine requires one.
    Entrypoint: ['/nothing'],
    Labels: { [labelKeys.managed]: 'true', ...labels },
    HostConfig: {
      NetworkMode: 'none',
      Mounts: [volumeMount(volume, readOnly)],
    },
  });
}

/** `labels` are those of a volume that the Engine creates for it. */
export function volumeMount(
  volume: string,
  readOnly: boolean,
  labels: Record<string, string> = {},
): Docker.MountSettings {
  return {
    Type: 'volume',
    Source: volume,
    Target: mountPoint,
    ReadOnly: readOnly,
    VolumeOptions: { NoCopy: true, Labels: labels, DriverConfig: { Name: '', Options: {} } },
  };
}
