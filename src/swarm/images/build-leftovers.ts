import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';
import { ignoreMissing } from '../engine-errors.ts';
import { labelKeys } from '../labels.ts';
import { removeUntagged, unlessBeingRemoved } from './untagged-images.ts';

/**
 * The classic builder cannot label its intermediate containers: a label would be part of the image and defeat the
 * build cache. A dummy host entry marks them instead.
 */
export function buildMark(deploymentId: string): string {
  return `${deploymentId}.build.shipmate.invalid:127.0.0.1`;
}

/** Containers in which a step of this build runs or ran. */
export async function buildContainers(docker: Docker, deploymentId: string): Promise<Docker.Container[]> {
  const mark = buildMark(deploymentId);
  const found: Docker.Container[] = [];
  for (const { Id, Labels } of await docker.listContainers({ all: true })) {
    if (Labels['com.docker.swarm.service.id']) continue;
    const details = await docker.getContainer(Id).inspect().catch(ignoreMissing);
    if (details?.HostConfig.ExtraHosts?.includes(mark)) found.push(docker.getContainer(Id));
  }
  return found;
}

/**
 * After its connection is closed, the Engine stops a build and eventually removes its container. Waits for that, and
 * removes it after `patienceMs`.
 */
export async function awaitBuildGone(docker: Docker, deploymentId: string, patienceMs = 5_000): Promise<void> {
  const end = performance.now() + patienceMs;
  while ((await buildContainers(docker, deploymentId)).length > 0) {
    if (performance.now() > end) return removeBuildContainers(docker, deploymentId);
    await delay(50);
  }
}

export async function removeBuildContainers(docker: Docker, deploymentId: string): Promise<void> {
  for (const container of await buildContainers(docker, deploymentId)) {
    await container.remove({ force: true, v: true }).catch(unlessBeingRemoved);
  }
}

/** Removes the deployment's untagged images. */
export async function removeUntaggedImages(docker: Docker, deploymentId: string): Promise<void> {
  await removeUntagged(docker, `${labelKeys.deployment}=${deploymentId}`);
}
