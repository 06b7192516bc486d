import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';
import { isMissing, statusOf } from './engine-errors.ts';
import { labelKeys, managedFilter } from './labels.ts';

/** Something of Shipmate's at the Engine. */
export interface Managed {
  kind: 'service' | 'container' | 'secret' | 'config' | 'network' | 'volume' | 'image';
  name: string;
  remove(): Promise<unknown>;
}

/** What is in use is in use for a moment longer than the service, milliseconds. */
const pollMs = 200;
const longestMs = 120_000;

/**
 * All that carries Shipmate's labels, in the order in which it can be removed. Volumes and images are those of this node.
 * @param more Labels that it has to carry as well (default: none).
 */
export async function findManaged(docker: Docker, more: readonly string[] = []): Promise<Managed[]> {
  const filters = { label: [managedFilter, ...more] };
  const [services, containers, secrets, configs, networks, { Volumes }, images] = await Promise.all([
    docker.listServices({ filters }),
    docker.listContainers({ all: true, filters }),
    docker.listSecrets({ filters }),
    docker.listConfigs({ filters }),
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters }),
    docker.listImages({ filters: { label: [labelKeys.application, ...more] } }),
  ]);
  // A service ends its own containers.
  const alone = containers.filter(({ Labels }) => Labels['com.docker.swarm.service.name'] === undefined);
  return [
    ...services.map(({ ID, Spec }) => managed('service', Spec?.Name ?? ID, docker.getService(ID))),
    ...alone.map(({ Id, Names }) => managed('container', Names[0] ?? Id, docker.getContainer(Id))),
    ...secrets.map(({ ID, Spec }) => managed('secret', Spec?.Name ?? ID, docker.getSecret(ID))),
    ...configs.map(({ ID, Spec }) => managed('config', Spec?.Name ?? ID, docker.getConfig(ID))),
    ...networks.map(({ Id, Name }) => managed('network', Name, docker.getNetwork(Id))),
    ...Volumes.map(({ Name }) => managed('volume', Name, docker.getVolume(Name))),
    ...images.map(({ Id, RepoTags }) => managed('image', RepoTags?.[0] ?? Id, docker.getImage(Id))),
  ];
}

function managed(kind: Managed['kind'], name: string, object: { remove(options?: object): Promise<unknown> }): Managed {
  const forced = kind === 'container' || kind === 'image' ? { force: true } : undefined;
  return { kind, name, remove: () => object.remove(forced) };
}

/** Removes what was found. @throws the Engine's refusal, once it has refused for two minutes. */
export async function removeManaged(found: readonly Managed[]): Promise<void> {
  const deadline = performance.now() + longestMs;
  for (const { remove } of found) await removeOne(remove, deadline);
}

async function removeOne(remove: Managed['remove'], deadline: number): Promise<void> {
  for (;;) {
    try {
      await remove();
      return;
    } catch (error) {
      if (isMissing(error)) return;
      const inUse = [400, 403, 409].includes(statusOf(error) ?? 0);
      if (!inUse || performance.now() > deadline) throw error;
      await delay(pollMs);
    }
  }
}
