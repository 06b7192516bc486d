import { labelKeys } from '../../swarm/labels.ts';
import type { Deps } from '../deps.ts';

/** Removes the services and networks of an application, also of one without a row. Idempotent. */
export async function removeServices({ swarm }: Pick<Deps, 'swarm'>, applicationId: string): Promise<void> {
  const services = (await swarm.list()).filter(({ labels }) => labels[labelKeys.application] === applicationId);
  for (const { name } of services) await swarm.remove(name);
  await swarm.removeNetworksOf(applicationId);
}

/** Removes its volumes and the images that were built for it, both on the node of Shipmate's own Engine. Idempotent. */
export async function removeStored({ swarm }: Pick<Deps, 'swarm'>, applicationId: string): Promise<void> {
  await swarm.removeVolumesOf(applicationId);
  const images = (await swarm.builtImages()).filter(({ application }) => application === applicationId);
  for (const tag of images.flatMap(({ tags }) => tags)) await swarm.removeImage(tag);
}
