import type Docker from 'dockerode';
import { isMissing, statusOf } from '../engine-errors.ts';
import { labelKeys } from '../labels.ts';
import type { StoredImage } from '../swarm.ts';

export async function builtImages(docker: Docker): Promise<StoredImage[]> {
  const images = await docker.listImages({ filters: { label: [labelKeys.application], dangling: ['false'] } });
  return images.map(({ Labels, RepoTags, Created, Size }) => ({
    application: Labels?.[labelKeys.application] ?? '',
    tags: (RepoTags ?? []).filter((tag) => tag !== '<none>:<none>'),
    createdAt: new Date(Created * 1_000),
    sizeBytes: Size,
  }));
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

/** Removes untagged images that no tagged one is based on: the classic builder's cache. */
export async function pruneBuilds(docker: Docker, before: Date): Promise<void> {
  const until = [`${Math.floor(before.getTime() / 1_000)}`];
  await docker.pruneImages({ filters: { dangling: ['true'], label: [labelKeys.application], until } });
}
