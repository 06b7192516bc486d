import { Volume } from '../../entities/volume.ts';
import { ConflictError, NotFoundError } from '../../errors.ts';
import type { SwarmNode } from '../../swarm/swarm.ts';
import type { Deps } from '../deps.ts';
import { applicationName } from '../applications/find-application.ts';
import { lockVolume, recordVolume, type VolumeRequest } from '../applications/volumes.ts';
import { allOf } from '../../word-lists.ts';
import { quoted } from '../../quoted.ts';

export interface Pinned {
  application: string;
  from: string | null;
  to: string;
}

/**
 * Pins an application to another node from its next deployment. Its data is not moved: the volume there is empty unless
 * an operator has filled it.
 */
export async function pinVolume(deps: Deps, request: VolumeRequest & { node: string }): Promise<Pinned> {
  const node = requireNode(await deps.swarm.nodes(), request.node);
  return deps.database.asUser(request.user.id).transactional(async (em) => {
    const { application, volume } = await lockVolume(em, request);
    if (volume.type !== 'docker_volume') {
      throw new ConflictError(`\`${volume.name}\` is of type \`${volume.type}\`: every node reaches it.`);
    }
    const from = volume.nodeName ?? null;
    // All volumes, since the tasks run on one node.
    const place = { nodeId: node.id, nodeName: node.hostname };
    await em.nativeUpdate(Volume, { application, type: 'docker_volume' }, place);
    await recordVolume(em, request, 'application.volume_pin', application, {
      volume: volume.name,
      before: { node: from },
      after: { node: node.hostname },
    });
    return { application: applicationName(application), from, to: node.hostname };
  });
}

function requireNode(nodes: readonly SwarmNode[], wanted: string): SwarmNode {
  const node = nodes.find(({ hostname, id }) => hostname === wanted || id === wanted);
  if (node) return node;
  const names = allOf(nodes.map(({ hostname }) => hostname));
  throw new NotFoundError(`There is no node ${quoted(wanted)}. The swarm has ${names}.`);
}
