import type { EntityManager } from '../../database/database.ts';
import { Volume } from '../../entities/volume.ts';
import { ConflictError } from '../../errors.ts';
import type { ServiceSpec, SwarmNode } from '../../swarm/swarm.ts';
import type { Deps } from '../deps.ts';
import { chooseNode, fittingNodes } from './choose-node.ts';
import { lostNodeText, describeAbsence } from './lost-nodes.ts';

/** Owner of the volumes, by id. */
export type VolumeOwner = { application: string } | { database: string };

export interface Placed {
  spec: ServiceSpec;
  /** Note for the person who deploys. */
  note?: string;
}

type Owned = Pick<Deps, 'database' | 'swarm'>;

/**
 * Pins tasks to the node that has what they need. A Docker volume exists on one node: that of the first tasks, which is
 * recorded with the volume. An image without a registry exists only on the Engine's own node. So do the volumes of a
 * preview, as far as its constraints allow: only there they can be deleted with it.
 * @throws {ConflictError} when that node is unavailable, with the next step.
 */
export async function placeTasks(
  deps: Owned,
  owner: VolumeOwner,
  spec: ServiceSpec,
  { isPreview = false }: { isPreview?: boolean } = {},
): Promise<Placed> {
  const nodes = await deps.swarm.nodes();
  const own = nodes.find((node) => node.own);
  const home = nodes.length > 1 && (await deps.swarm.isOnlyHere(spec.image)) ? own : undefined;
  const mounts = spec.volumes?.some(({ type }) => type === 'docker_volume') === true;
  const volumes = mounts ? await findVolumes(deps, owner) : [];
  const [first] = volumes;
  if (!first && !(mounts && isPreview))
    return home ? { spec: on(home, spec), note: noRegistry(home, nodes) } : { spec };
  const node = await nodeOf(deps, spec, { volumes, nodes, home: home ?? (isPreview ? fitting(own, spec) : undefined) });
  if (!node) return { spec };
  if (home && node.id !== home.id) {
    if (!first) return { spec: on(home, spec), note: noRegistry(home, nodes) };
    throw new ConflictError(
      `The volume \`${first.name}\` is on node \`${node.hostname}\`, but the image is only on \`${home.hostname}\`. ` +
        'Set `SHIPMATE_REGISTRY`, so that every node can pull it.',
    );
  }
  return { spec: on(node, spec) };
}

function fitting(node: SwarmNode | undefined, { docker }: ServiceSpec): SwarmNode | undefined {
  return node && fittingNodes([node], docker.constraints ?? [])[0];
}

function on({ id }: SwarmNode, spec: ServiceSpec): ServiceSpec {
  const constraints = [...(spec.docker.constraints ?? []), `node.id==${id}`];
  return { ...spec, docker: { ...spec.docker, constraints } };
}

function noRegistry(home: SwarmNode, nodes: readonly SwarmNode[]): string {
  return (
    `The image is only on node ${home.hostname}, so all tasks run there. ` +
    `With SHIPMATE_REGISTRY they would spread over the ${nodes.length} nodes`
  );
}

async function findVolumes({ database }: Owned, owner: VolumeOwner): Promise<Volume[]> {
  return database
    .asSystem()
    .transactional((em) => em.find(Volume, { ...owner, type: 'docker_volume' }, { orderBy: { createdAt: 'asc' } }));
}

interface Found {
  volumes: Volume[];
  nodes: readonly SwarmNode[];
  /** The only node that has the image, or the one that has to have the volumes. */
  home: SwarmNode | undefined;
}

/** The oldest volume with a node decides; volumes without one are created there. */
async function nodeOf(deps: Owned, spec: ServiceSpec, found: Found): Promise<SwarmNode | undefined> {
  const { nodes, volumes } = found;
  const pinned = volumes.find(({ nodeId }) => nodeId !== null);
  let node: SwarmNode | undefined;
  if (pinned) {
    node = nodes.find(({ id }) => id === pinned.nodeId) ?? (await rejoined(deps, spec, nodes));
    const isAway = !node || node.state !== 'ready';
    // A service scaled to zero does not need the node.
    if (isAway && spec.replicas > 0) throw new ConflictError(lostNodeText(await describeAbsence(deps, pinned, node)));
  } else {
    const [current] = await deps.swarm.nodesOf(spec.name);
    node = nodes.find(({ id }) => id === current) ?? found.home ?? chooseNode(nodes, spec.docker.constraints ?? []);
  }
  if (node) await pinVolumes(deps, volumes, node);
  return node;
}

/** A host that rejoined the swarm has a new node id but still has its data. */
async function rejoined({ swarm }: Owned, { volumes = [] }: ServiceSpec, nodes: readonly SwarmNode[]) {
  for (const { name, type } of volumes) {
    if (type === 'docker_volume' && (await swarm.hasVolume(name))) return nodes.find((node) => node.own);
  }
  return undefined;
}

async function pinVolumes({ database }: Owned, volumes: Volume[], { hostname, id }: SwarmNode): Promise<void> {
  const missing = volumes.filter(({ nodeId }) => nodeId !== id);
  if (missing.length === 0) return;
  await database.asSystem().transactional(async (em: EntityManager) => {
    const ids = missing.map((volume) => volume.id);
    await em.nativeUpdate(Volume, { id: { $in: ids } }, { nodeId: id, nodeName: hostname });
  });
}
