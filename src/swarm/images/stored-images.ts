import type Docker from 'dockerode';
import { ignoreMissing, isMissing, statusOf } from '../engine-errors.ts';
import { labelKeys } from '../labels.ts';
import { removeUntagged } from './untagged-images.ts';
import type { StoredImage } from '../swarm.ts';

export async function builtImages(docker: Docker): Promise<StoredImage[]> {
  const images = await docker.listImages({ filters: { label: [labelKeys.application], dangling: ['false'] } });
  const stored: StoredImage[] = [];
  for (const { Created, Id, Labels, RepoTags, Size } of images) {
    const tagged = await taggedAt(docker, Id);
    stored.push({
      application: Labels?.[labelKeys.application] ?? '',
      tags: (RepoTags ?? []).filter((tag) => tag !== '<none>:<none>'),
      createdAt: new Date(Math.max(Created * 1_000, tagged)),
      // In containerd's store the packed layers are on the disk, too, and in it.
      sizeBytes: Size,
    });
  }
  return stored;
}

/** Milliseconds. An image whose steps were all cached is as old as the newest of them, but was named when it was built. */
async function taggedAt(docker: Docker, id: string): Promise<number> {
  const details: object | undefined = await docker.getImage(id).inspect().catch(ignoreMissing);
  const { Metadata } = (details ?? {}) as { Metadata?: { LastTagTime?: string } };
  return Date.parse(Metadata?.LastTagTime ?? '') || 0;
}

export async function imagesInUse(docker: Docker): Promise<string[]> {
  const services = await docker.listServices();
  return services.flatMap((service) => {
    const specs = [service.Spec, (service as { PreviousSpec?: Docker.ServiceSpec }).PreviousSpec];
    return specs.flatMap((spec) => {
      const template = spec?.TaskTemplate as Docker.ContainerTaskSpec | undefined;
      return template?.ContainerSpec?.Image ?? [];
    });
  });
}

/** Never forced: the Engine refuses while a container uses it, running or not. */
export async function removeImage(docker: Docker, reference: string): Promise<boolean> {
  try {
    await docker.getImage(reference).remove();
    return true;
  } catch (error) {
    if (isMissing(error) || statusOf(error) === 409) return false;
    throw error;
  }
}

/** Removes untagged images that no tagged one is based on: versions built again, and the classic builder's cache. */
export async function pruneBuilds(docker: Docker, before: Date): Promise<void> {
  await removeUntagged(docker, labelKeys.application, before);
}
