import type Docker from 'dockerode';
import { ConflictError } from '../../errors.ts';
import { isMissing, statusOf } from '../engine-errors.ts';

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

export async function hasVolume(docker: Docker, name: string): Promise<boolean> {
  try {
    await docker.getVolume(name).inspect();
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
