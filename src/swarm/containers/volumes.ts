import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';
import { ConflictError } from '../../errors.ts';
import { isMissing, statusOf } from '../engine-errors.ts';
import { labelKeys } from '../labels.ts';

/**
 * Deletes a volume and its data on the Engine's own node. Does nothing when there is none.
 * @throws {ConflictError} while a container, even a stopped one, uses it.
 */
export async function removeDockerVolume(docker: Docker, name: string): Promise<void> {
  try {
    await docker.getVolume(name).remove();
  } catch (error) {
    if (statusOf(error) === 404) return;
    if (statusOf(error) !== 409) throw error;
    throw new ConflictError(
      `The volume \`${name}\` is in use by a task. Remove it without \`--data\`, deploy, and then delete the data: ` +
        `\`docker volume rm ${name}\`.`,
      { cause: error },
    );
  }
}

/** How long the Engine may keep a volume after the last container that used it is gone, milliseconds. */
const releaseMs = 10_000;

/** Deletes the volumes labelled with an application, on the Engine's own node. */
export async function removeVolumesOf(docker: Docker, applicationId: string): Promise<void> {
  const filters = { label: [`${labelKeys.application}=${applicationId}`] };
  const { Volumes: volumes } = await docker.listVolumes({ filters: JSON.stringify(filters) });
  const end = performance.now() + releaseMs;
  for (const { Name } of volumes ?? []) {
    for (;;) {
      try {
        await removeDockerVolume(docker, Name);
        break;
      } catch (error) {
        if (!(error instanceof ConflictError) || performance.now() > end) throw error;
        await delay(100);
      }
    }
  }
}

export async function hasVolume(docker: Docker, name: string): Promise<boolean> {
  try {
    await docker.getVolume(name).inspect();
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
