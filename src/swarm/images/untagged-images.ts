import type Docker from 'dockerode';
import { statusOf } from '../engine-errors.ts';

/**
 * Removes the images with this label that have no name and that no other one is based on, with what they alone are based
 * on. The Engine's own prune goes by "dangling", which in containerd's store every step of the classic builder is: it
 * would cut a named image off from its steps, and what is left of them would never go.
 * @param before Only those that are older (default all).
 */
export async function removeUntagged(docker: Docker, label: string, before = new Date(8.64e15)): Promise<void> {
  const [every, labelled] = await Promise.all([
    docker.listImages({ all: true }),
    docker.listImages({ all: true, filters: { label: [label] } }),
  ]);
  const parents = new Set(every.map(({ ParentId }) => ParentId));
  for (const { Created, Id, RepoTags } of labelled) {
    const isNamed = (RepoTags ?? []).some((tag) => tag !== '<none>:<none>');
    if (isNamed || parents.has(Id) || Created * 1_000 >= before.getTime()) continue;
    await docker.getImage(Id).remove().catch(unlessBeingRemoved);
  }
}

/** Never forced: the Engine refuses while a container uses it, and while it goes. */
export function unlessBeingRemoved(error: unknown): void {
  if (![404, 409].includes(statusOf(error) ?? 0)) throw error;
}
