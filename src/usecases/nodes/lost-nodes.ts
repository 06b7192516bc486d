import type { EntityManager } from '../../database/database.ts';
import type { AbsentNode } from '../../entities/notification-facts.ts';
import { SwarmNodeRecord } from '../../entities/swarm-node.ts';
import { Volume } from '../../entities/volume.ts';
import type { SwarmNode } from '../../swarm/swarm.ts';
import type { Deps } from '../deps.ts';
import { formatTime } from '../../units/times.ts';

type Pinned = Pick<Volume, 'name' | 'nodeId' | 'nodeName'>;

/** Explains why tasks wait. */
export function lostNodeText({ message, node, since, state, volume }: AbsentNode): string {
  const when = since === null ? '' : ` since ${formatTime(new Date(since))}`;
  const why = message === null ? '' : ` (${message})`;
  const is = state === null ? 'has left the swarm' : `is ${state}${when}${why}`;
  return (
    `The data of the volume \`${volume}\` is on node \`${node}\`, which ${is}. Tasks wait for that node: start ` +
    `it again. If it is permanently lost, \`volume pin ${volume} <node>\` starts with an empty volume on another node.`
  );
}

/** @param node Undefined: it has left the swarm. */
export async function describeAbsence(
  { database }: Pick<Deps, 'database'>,
  volume: Pinned,
  node: SwarmNode | undefined,
): Promise<AbsentNode> {
  const record = await database
    .asSystem()
    .transactional((em) => em.findOne(SwarmNodeRecord, { id: volume.nodeId ?? '' }));
  return {
    volume: volume.name,
    node: volume.nodeName ?? '',
    state: node?.state ?? null,
    message: node?.message || null,
    since: record?.lostAt?.toISOString() ?? null,
  };
}

/** The node that tasks of an application or database wait for; undefined when they wait for none. */
export async function awaitedNode(
  deps: Pick<Deps, 'database' | 'swarm'>,
  owner: { application: string } | { database: string },
): Promise<AbsentNode | undefined> {
  const pinned = await deps.database
    .asSystem()
    .transactional((em) => em.find(Volume, { ...owner, nodeId: { $ne: null } }, { orderBy: { name: 'asc' } }));
  if (pinned.length === 0) return undefined;
  const nodes = await deps.swarm.nodes();
  for (const volume of pinned) {
    const node = nodes.find(({ id }) => id === volume.nodeId);
    if (node?.state !== 'ready') return describeAbsence(deps, volume, node);
  }
  return undefined;
}

/** Applications and databases whose data is on a node, by name. */
export async function ownersOfDataOn(em: EntityManager, nodeId: string): Promise<string[]> {
  const volumes = await em.find(
    Volume,
    { nodeId },
    { populate: ['application.project', 'database.project'], orderBy: { name: 'asc' } },
  );
  const names = volumes.flatMap(({ application, database }) => {
    const owner = application ?? database;
    return owner ? [`${owner.project.name}/${owner.name}`] : [];
  });
  return [...new Set(names)];
}
