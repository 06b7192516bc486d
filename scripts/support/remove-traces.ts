import { connectDocker } from '../../src/swarm/dockerode.ts';
import { isMissing } from '../../src/swarm/engine-errors.ts';
import { labelKeys } from '../../src/swarm/labels.ts';

/**
 * Removes what an application leaves behind on purpose when it is archived: images to roll back to, and its
 * project's network. Only what carries the ids is touched.
 */
export async function removeTraces(ids: { project: string; application: string }): Promise<void> {
  const docker = connectDocker(process.env['DOCKER_HOST']);
  const labelled = (key: string, id: string) => ({ filters: { label: [`${key}=${id}`] } });
  for (const { Id } of await docker.listContainers({
    all: true,
    ...labelled(labelKeys.application, ids.application),
  })) {
    await docker.getContainer(Id).remove({ force: true }).catch(ignoreMissing);
  }
  for (const { Id } of await docker.listImages(labelled(labelKeys.application, ids.application))) {
    await docker.getImage(Id).remove({ force: true }).catch(ignoreMissing);
  }
  for (const { Id } of await docker.listNetworks(labelled(labelKeys.project, ids.project))) {
    await docker.getNetwork(Id).remove().catch(ignoreMissing);
  }
}

function ignoreMissing(error: unknown): void {
  if (!isMissing(error)) throw error;
}
