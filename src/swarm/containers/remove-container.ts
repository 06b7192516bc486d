import type Docker from 'dockerode';
import { isMissing, statusOf } from '../engine-errors.ts';

/** With the volumes that have no name; one that is gone, or that somebody else is removing, is left alone. */
export async function removeContainer(container: Docker.Container): Promise<void> {
  try {
    await container.remove({ force: true, v: true });
  } catch (error) {
    if (!isMissing(error) && statusOf(error) !== 409) throw error;
  }
}
