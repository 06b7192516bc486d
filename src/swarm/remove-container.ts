import type Docker from 'dockerode';
import { isMissing, statusOf } from './engine-errors.ts';

/** Removes a container and its anonymous volumes; ignores one that is already gone or being removed. */
export async function removeContainer(container: Docker.Container): Promise<void> {
  try {
    await container.remove({ force: true, v: true });
  } catch (error) {
    if (!isMissing(error) && statusOf(error) !== 409) throw error;
  }
}
