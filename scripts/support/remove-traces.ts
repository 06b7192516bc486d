import { connectDocker } from '../../src/swarm/dockerode.ts';
import { isMissing } from '../../src/swarm/engine-errors.ts';
import { labelKeys } from '../../src/swarm/labels.ts';

/**
 * Removes what the applications of a project leave behind on purpose when they are archived: images to roll back to, and
 * the project's network. Only what carries the id is touched.
 */
export async function removeTraces(ids: { project: string }): Promise<void> {
  const docker = connectDocker(process.env['DOCKER_HOST']);
  const labelled = (key: string, id: string) => ({ filters: { label: [`${key}=${id}`] } });
  for (const { Id } of await docker.listContainers({
    all: true,
    ...labelled(labelKeys.project, ids.project),
  })) {
    await docker.getContainer(Id).remove({ force: true }).catch(ignoreMissing);
  }
  for (const { Id } of await docker.listImages(labelled(labelKeys.project, ids.project))) {
    await docker.getImage(Id).remove({ force: true }).catch(ignoreMissing);
  }
  for (const { Id } of await docker.listNetworks(labelled(labelKeys.project, ids.project))) {
    await docker.getNetwork(Id).remove().catch(ignoreMissing);
  }
}

function ignoreMissing(error: unknown): void {
  if (!isMissing(error)) throw error;
}
